"""An input: its value, and where more of it would help."""

import numpy as np
from PySide6.QtCore import Signal

from bpviz.views.batch_view import BatchView
from bpviz.views.framed import Framed
from bpviz.views.geometry import Edge, Neuron
from bpviz.views.neuron_card import looked_at
from bpviz.views.number_rows import NumberColumn
from bpviz.views.number_table import NumberTable
from bpviz.views.numbers import signed
from bpviz.views.part_names import short_name
from bpviz.views.sample_table import missing
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme


class InputCard(Framed):
    """
    x, and dL/dx opened into w delta of the first layer.

    Signals
    -------
    part_requested : object
        The weight that a row stands for.
    """

    part_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("input_card")
        self.whose = TextLine("input_of", quiet=True)
        self.value = TextLine("input_value", "value x", caption_px=74)
        self.gradient = TextLine("input_gradient", "∂L/∂x", caption_px=74)
        self.formula = TextLine("input_formula", quiet=True)
        self.formula.show_text("∂L/∂x = Σ w·δ over the first layer")
        self.table = NumberTable(
            "input_terms",
            "What each neuron of the first layer wants of this input",
            "Click a row to look at its weight (↑ ↓ and Enter)",
            shown=8,
        )
        self._lines = (self.whose, self.value, self.gradient, self.formula)
        for widget in (*self._lines, self.table):
            self.body.addWidget(widget)
        self._row = 0
        self.table.row_requested.connect(self._request)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for view in (*self._lines, self.table):
            view.set_theme(theme)

    def show_input(self, row: int, view: BatchView | None) -> None:
        """Show an input, from 0, of a batch; None before there is one."""
        self._row = row
        backward = None if view is None else view.records.backward(0)
        missed = missing(view)
        for shown in (self.formula, self.table):
            shown.setVisible(backward is not None and not missed)
        if view is None or missed:
            self.whose.show_text(missed)
            for line in (self.value, self.gradient):
                line.show_text("not yet" if view is None else "–")
            return
        network = view.records.network
        self.whose.show_text(looked_at(view))
        x = float(view.records.x[view.rows, row].mean(dtype=np.float64))
        self.value.show_text(signed(x, view.digits))
        if backward is None:
            self.gradient.show_text("not yet: press →")
            return
        # The mean over the samples may be taken first: the sum is linear in delta.
        weights = network.layers[0].W[row].astype(np.float64)
        deltas = backward.delta[view.rows].mean(axis=0, dtype=np.float64)
        products = weights * deltas
        total = float(products.sum())
        self.gradient.show_text(signed(total, view.digits), total)
        self.table.show_rows(
            "to",
            lambda neuron: short_name(Neuron(1, neuron), network.sizes, view.classes),
            [
                NumberColumn("w", weights),
                NumberColumn("δ", deltas, True),
                NumberColumn("w · δ", products, True, total),
            ],
            len(weights),
            digits=view.digits,
            foot="Σ w·δ",
        )

    def _request(self, neuron: int) -> None:
        self.part_requested.emit(Edge(0, self._row, neuron))
