"""Where a neuron's blame comes from: delta of one sample, opened by the chain rule."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal

from bpviz.engine import HiddenDelta, OutputDelta, SoftmaxDelta, delta_terms
from bpviz.views.batch_view import BatchView
from bpviz.views.framed import Framed
from bpviz.views.geometry import Edge, Neuron
from bpviz.views.number_rows import NumberColumn
from bpviz.views.number_table import NumberTable
from bpviz.views.numbers import as_factor, signed
from bpviz.views.part_names import short_name
from bpviz.views.sample_table import sample_name
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme


class DeltaCard(Framed):
    """
    The factors of delta, and what they are made of.

    Signals
    -------
    part_requested : object
        The weight or the neuron that a row of the table stands for.

    Attributes
    ----------
    whose
        Of which sample.
    formula, result
        The rule in letters and in numbers.
    slope, error
        f'(z), and a - y; hidden where the rule has none.
    table
        The parts of the rule's sum; hidden where it has none.
    """

    part_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("delta_card", "Where δ comes from")
        self.whose = TextLine("delta_sample", quiet=True)
        self.formula = TextLine("delta_formula")
        self.result = TextLine("delta_result", strong=True)
        self.slope = TextLine("delta_slope", "f′(z) is the slope of")
        self.error = TextLine("delta_error", "a − y")
        self.table = NumberTable(
            "delta_terms",
            "Parts of the sum",
            "Click a row to look at the weight it comes through (↑ ↓ and Enter)",
        )
        self._lines = (self.whose, self.formula, self.result, self.slope, self.error)
        for widget in (*self._lines, self.table):
            self.body.addWidget(widget)
        self._layer = self._neuron = 0
        self._hidden = True
        self.table.row_requested.connect(self._request)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for view in (*self._lines, self.table):
            view.set_theme(theme)

    def show_delta(
        self, view: BatchView, layer: int, neuron: int, sample: int, why: str = ""
    ) -> None:
        """
        Open delta of a neuron whose backward pass is done.

        Parameters
        ----------
        view
            The batch.
        layer, neuron
            Which one, both from 0.
        sample
            Of which row of the batch.
        why
            Why this sample, where nobody chose it.
        """
        self._layer, self._neuron = layer, neuron
        terms = delta_terms(view.records, layer, neuron, sample)
        if terms is None:
            return
        self.table.setVisible(isinstance(terms, HiddenDelta | SoftmaxDelta))
        self.slope.setVisible(getattr(terms, "slope", None) is not None)
        self.error.setVisible(isinstance(terms, OutputDelta | SoftmaxDelta))
        self.whose.show_text(f"for {sample_name(view, sample)}{why}")
        forward = view.records.forwards[layer]
        activation = view.records.network.layers[layer].activation
        z = signed(float(forward.z[sample, neuron]), view.digits)
        self.slope.show_text(f"{activation.label} at z = {z}")
        delta = signed(terms.delta, view.digits)
        factor = partial(as_factor, digits=view.digits)
        if isinstance(terms, HiddenDelta):
            self.formula.show_text("δ = f′(z) · Σ w·δ over the next layer")
            self.result.show_text(f"= {factor(terms.slope)} · {factor(terms.total)} = {delta}")
            self._show_sum(view, ("w", "δ", "w · δ"), terms[1:4], terms.total, "Σ w·δ")
            return
        a, y, error = factor(terms.a), factor(terms.y), factor(terms.error)
        if isinstance(terms, SoftmaxDelta):
            self.formula.show_text("δ = a · (a − y − Σ a·(a − y))")
            self.error.show_text(f"= {a} − {y} = {signed(terms.error, view.digits)}")
            self.result.show_text(f"= {a} · ({error} − {factor(terms.total)}) = {delta}")
            parts = (terms.activations, terms.errors, terms.products)
            self._show_sum(view, ("a", "a − y", "product"), parts, terms.total, "Σ")
            return
        if terms.target_sum != 1:
            a = f"{factor(terms.target_sum)} · {a}"
        self.error.set_caption("a − y" if terms.target_sum == 1 else "Σy · a − y")
        self.error.show_text(f"= {a} − {y} = {signed(terms.error, view.digits)}")
        if terms.slope is None:
            self.formula.show_text(f"δ = {self.error.caption()}: how far the guess is off")
            self.result.show_text(f"= {a} − {y} = {delta}")
            self.error.hide()
        else:
            self.formula.show_text("δ = f′(z) · (a − y)")
            self.result.show_text(f"= {factor(terms.slope)} · {error} = {delta}")

    def _show_sum(
        self,
        view: BatchView,
        titles: tuple[str, str, str],
        parts: Sequence[NDArray[np.float64]],
        total: float,
        foot: str,
    ) -> None:
        sizes = view.records.network.sizes
        self._hidden = self._layer < len(sizes) - 2
        column = self._layer + 1 + self._hidden
        self.table.show_rows(
            "to" if self._hidden else "of",
            lambda row: short_name(Neuron(column, row), sizes, view.classes),
            [
                NumberColumn(titles[0], parts[0]),
                NumberColumn(titles[1], parts[1], True),
                NumberColumn(titles[2], parts[2], True, total),
            ],
            len(parts[0]),
            digits=view.digits,
            foot=foot,
        )

    def _request(self, row: int) -> None:
        part = Edge(self._layer + 1, self._neuron, row)
        self.part_requested.emit(part if self._hidden else Neuron(self._layer + 1, row))
