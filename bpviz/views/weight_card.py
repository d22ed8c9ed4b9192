"""A weight: its gradient, taken apart into what each sample of the batch wants of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton

from bpviz.engine import LayerArrays, weight_terms
from bpviz.views.batch_view import BatchView
from bpviz.views.framed import Framed
from bpviz.views.geometry import Edge, Neuron
from bpviz.views.number_rows import NumberColumn
from bpviz.views.numbers import as_factor, signed
from bpviz.views.sample_table import SampleTable, missing, samples_listed, strongest
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme


class WeightCard(Framed):
    """
    dL/dw = mean(a delta) with this batch's numbers.

    Signals
    -------
    part_requested : object
        The neuron that a factor belongs to.
    sample_requested : object
        A row of the batch, or None for the mean.

    Attributes
    ----------
    headline
        The gradient, of the samples looked at.
    sample
        The product of the one sample looked at; hidden for a mean.
    weight
        w, as it is now.
    wishes
        How many samples want it higher; or what is missing before that can be said.
    table
        Each sample's wish.
    """

    part_requested = Signal(object)
    sample_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("weight_card")
        self.a = _factor("factor_a", "a", "What the sending neuron gives: look at it")
        self.delta = _factor("factor_delta", "δ", "The blame of the receiving neuron: look at it")
        self._before, between, self._after = QLabel(), QLabel("·"), QLabel()
        self.headline = TextLine("gradient", strong=True)
        self.sample = TextLine("sample_product")
        self.weight = TextLine("weight_now", "w now")
        self.wishes = TextLine("wishes", quiet=True)
        self.table = SampleTable("sample_table", "What each sample wants of this weight")
        formula = QHBoxLayout()
        formula.setSpacing(2)
        for widget in (self._before, self.a, between, self.delta, self._after):
            formula.addWidget(widget)
        formula.addSpacing(2)
        formula.addWidget(self.headline, 1)
        self.body.addLayout(formula)
        for view in (self.sample, self.weight, self.wishes, self.table):
            self.body.addWidget(view)
        self._edge = Edge(0, 0, 0)
        self.a.clicked.connect(self._request_start)
        self.delta.clicked.connect(self._request_end)
        self.table.sample_requested.connect(self.sample_requested)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for view in (self.headline, self.sample, self.weight, self.wishes, self.table):
            view.set_theme(theme)

    def show_weight(
        self, edge: Edge, view: BatchView | None, parameters: Sequence[LayerArrays]
    ) -> tuple[int, str] | None:
        """
        Take a weight apart.

        Parameters
        ----------
        edge
            Which one.
        view
            The batch; None before there is one.
        parameters
            W and b of each layer, as they are now.

        Returns
        -------
        (int, str) or None
            The row of the batch with the strongest wish, or the one looked at, and why it is this
            one; None before the backward pass of the layer.
        """
        self._edge = edge
        pair, start, end = edge
        digits = 4 if view is None else view.digits
        self.weight.show_text(signed(float(parameters[pair].W[start, end]), digits))
        one = view is not None and view.sample is not None and len(view) > 1
        mean = not one and (view is None or len(view) > 1)
        _change(self._before, "∂Lₙ/∂w =" if one else "∂L/∂w = mean(" if mean else "∂L/∂w =")
        _change(self._after, ") =" if mean else "=")
        self.sample.setVisible(one)
        forward = None if view is None else view.records.forward(pair)
        missed = missing(view)
        self.table.setVisible(forward is not None and not missed)
        if view is None or forward is None or missed:
            self.headline.show_text("–" if view is not None and missed else "not yet")
            self.sample.show_text("")
            self.wishes.show_text(missed or missing(None))
            return None

        listed = samples_listed(view)
        terms = weight_terms(view.records, pair, start, end, listed)
        if terms is None:
            self._show_incoming(view, forward.a_in[listed, start].astype(np.float64))
            return None
        looked_at = weight_terms(view.records, pair, start, end, view.rows)
        if looked_at is None:
            looked_at = terms
        self.headline.show_text(signed(looked_at.gradient, digits), looked_at.gradient)
        if one:
            a, delta = (as_factor(float(x[0]), digits) for x in looked_at[:2])
            self.sample.show_text(f"= {a} · {delta}, one of {len(listed)} wishes")
        higher = int((terms.product < 0).sum())
        lower = int((terms.product > 0).sum())
        self.wishes.show_text(f"{higher} of {len(listed)} want it higher, {lower} lower")
        self.table.show_samples(
            view,
            listed,
            [
                NumberColumn("a", terms.a),
                NumberColumn("δ", terms.delta, True),
                NumberColumn("a · δ", terms.product, True, terms.gradient),
            ],
            foot="mean",
        )
        return strongest(view, listed, terms.product, "a·δ")

    def _show_incoming(self, view: BatchView, a: NDArray[np.float64]) -> None:
        self.headline.show_text("not yet")
        self.sample.show_text("")
        self.wishes.show_text("the backward pass has not come here yet: press →")
        columns = [NumberColumn("a", a), NumberColumn("δ", None), NumberColumn("a · δ", None)]
        self.table.show_samples(view, samples_listed(view), columns, order_by=0)

    def _request_start(self) -> None:
        self.part_requested.emit(Neuron(self._edge.pair, self._edge.start))

    def _request_end(self) -> None:
        self.part_requested.emit(Neuron(self._edge.pair + 1, self._edge.end))


def _factor(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setFixedWidth(22)
    button.setAccessibleName(tip)
    button.setToolTip(f"{tip} (Space)")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _change(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
