"""Finds a weight by its numbers."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from bpviz.views.geometry import PICTURE_SIDE, Edge, Neuron, Part
from bpviz.views.readout import neuron_name


class WeightFinder(QWidget):
    """
    Layer, from, to: all count from 1.

    Signals
    -------
    part_requested : object
        The weight, when a number has been changed, or Enter pressed.
    """

    part_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("weight_finder")
        self._sizes: Sequence[int] = (1, 1)
        self._classes: Sequence[str] = ("",)
        self.layer = _spin("finder_layer", "Layer of the weight")
        self.start = _spin("finder_from", "Neuron that the weight comes from")
        self.end = _spin("finder_to", "Neuron that the weight leads to")
        self.ends = QLabel()
        self.ends.setObjectName("finder_ends")
        self.ends.setProperty("muted", True)
        self.ends.setWordWrap(True)
        # Its room is always kept: nothing below moves when it has something to say.
        self.ends.setMinimumHeight(self.ends.fontMetrics().lineSpacing() + 2)
        row = QHBoxLayout()
        row.setSpacing(6)
        for text, spin, stretch in (
            ("layer", self.layer, 2),
            ("from", self.start, 3),
            ("to", self.end, 3),
        ):
            label = QLabel(text)
            label.setProperty("muted", True)
            label.setBuddy(spin)
            row.addWidget(label)
            row.addWidget(spin, stretch)
            spin.valueChanged.connect(self._on_changed)
            spin.lineEdit().returnPressed.connect(self._request)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.ends)

    def set_network(self, sizes: Sequence[int], classes: Sequence[str]) -> None:
        """Look in another network: its columns' sizes, inputs first, and its outputs' names."""
        self._sizes, self._classes = sizes, classes
        # The last layer: its gradients have the shortest story.
        self._set(Edge(len(sizes) - 2, 0, 0))

    @property
    def edge(self) -> Edge:
        """The weight that the numbers stand for."""
        return Edge(self.layer.value() - 1, self.start.value() - 1, self.end.value() - 1)

    def show_part(self, part: Part | None) -> None:
        """Follow what is looked at elsewhere."""
        if isinstance(part, Edge):
            self._set(part)
        elif isinstance(part, Neuron) and part.column > 0:
            self._set(Edge(part.column - 1, 0, part.row))
        elif isinstance(part, Neuron):
            self._set(Edge(0, part.row, 0))

    def _set(self, edge: Edge) -> None:
        spins = (self.layer, self.start, self.end)
        limits = (len(self._sizes) - 1, self._sizes[edge.pair], self._sizes[edge.pair + 1])
        for spin, limit, place in zip(spins, limits, edge, strict=True):
            spin.blockSignals(True)
            spin.setRange(1, limit)
            spin.setValue(place + 1)
            spin.blockSignals(False)
        ends = (Neuron(edge.pair, edge.start), Neuron(edge.pair + 1, edge.end))
        start, end = (neuron_name(neuron, self._sizes, self._classes) for neuron in ends)
        # Said where the numbers alone are not plain.
        of_pixel = edge.pair == 0 and self._sizes[0] == PICTURE_SIDE**2
        to_output = edge.pair == len(self._sizes) - 2
        words = [f"from {start}"] * of_pixel + [f"to {end}"] * to_output
        self.ends.setText(" ".join(words))

    def _on_changed(self) -> None:
        pair, start, end = self.edge
        self._set(
            Edge(pair, min(start, self._sizes[pair] - 1), min(end, self._sizes[pair + 1] - 1))
        )
        self._request()

    def _request(self) -> None:
        self.part_requested.emit(self.edge)


def _spin(name: str, accessible_name: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setAccessibleName(accessible_name)
    spin.setToolTip(f"{accessible_name}, from 1 (↑ ↓; Enter looks at the weight)")
    spin.setKeyboardTracking(False)
    spin.setMinimumWidth(48)
    return spin
