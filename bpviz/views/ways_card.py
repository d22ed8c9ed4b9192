"""The three ways to raise a neuron: its bias, its weights, and what comes in."""

from PySide6.QtCore import Signal

from bpviz.engine import ways_to_raise
from bpviz.views.batch_view import BatchView
from bpviz.views.framed import Framed
from bpviz.views.geometry import Edge, Neuron
from bpviz.views.number_rows import NumberColumn
from bpviz.views.number_table import NumberTable
from bpviz.views.part_names import short_name
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme


class WaysCard(Framed):
    """
    Ranked lists of what would raise z the most, after 3Blue1Brown.

    Signals
    -------
    part_requested : object
        The weight, or the neuron of the column before, that a row stands for.

    Attributes
    ----------
    bias
        What the bias does.
    weights, activations
        The lists; a row is a neuron of the column before.
    """

    part_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("ways_card", "Three ways to raise z = Σ w·a + b")
        self.bias = TextLine("ways_bias", "1  its bias:")
        self.bias.show_text("+1 of b is +1 of z")
        self._second = TextLine("ways_weights_heading", "2  its weights:")
        self._second.show_text("+1 of w is a of z")
        self._third = TextLine("ways_activations_heading", "3  what comes in:")
        self._third.show_text("+1 of a is w of z")
        self.weights = NumberTable(
            "ways_weights",
            "Weights, by the activation that comes in through them",
            "Where most comes in, a weight does most. Click a row to look at it (↑ ↓ and Enter)",
        )
        self.activations = NumberTable(
            "ways_activations",
            "Incoming activations, by their weight",
            "Where the weight is large, so is its effect. Click a row to look at the neuron"
            " (↑ ↓ and Enter)",
        )
        self._views = (self.bias, self._second, self.weights, self._third, self.activations)
        for widget in self._views:
            self.body.addWidget(widget)
        self._neuron = Neuron(1, 0)
        self.weights.row_requested.connect(self._request_weight)
        self.activations.row_requested.connect(self._request_neuron)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for view in self._views:
            view.set_theme(theme)

    def show_neuron(self, neuron: Neuron, view: BatchView | None) -> None:
        """Show what would raise a neuron in column 1 or higher; nothing before it has a z."""
        self._neuron = neuron
        layer = neuron.column - 1
        ways = None if view is None else ways_to_raise(view.records, layer, neuron.row, view.rows)
        self.setVisible(ways is not None)
        if view is None or ways is None:
            return
        sizes, classes = view.records.network.sizes, view.classes

        def name(row: int) -> str:
            return short_name(Neuron(layer, row), sizes, classes)

        a = NumberColumn("a", ways.activations, True)
        w = NumberColumn("w", ways.weights, True)
        for table, columns in ((self.weights, (w, a)), (self.activations, (a, w))):
            table.show_rows("from", name, columns, len(ways.weights), digits=view.digits)

    def _request_weight(self, row: int) -> None:
        self.part_requested.emit(Edge(self._neuron.column - 1, row, self._neuron.row))

    def _request_neuron(self, row: int) -> None:
        self.part_requested.emit(Neuron(self._neuron.column - 1, row))
