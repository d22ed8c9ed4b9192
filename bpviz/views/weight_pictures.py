"""A first-layer neuron's weights and their gradient, as the picture they look at."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout

from bpviz.engine import LayerArrays
from bpviz.views.batch_view import BatchView
from bpviz.views.framed import Framed
from bpviz.views.geometry import Edge
from bpviz.views.numbers import signed
from bpviz.views.signed_picture import SignedPicture
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme


class WeightPictures(Framed):
    """
    One pixel a weight: what the neuron looks for, and what the batch would change about it.

    Signals
    -------
    part_requested : object
        The weight of a pixel.
    """

    part_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__("weight_pictures", "Its 784 weights: blue below 0, orange above")
        tip = "Click a pixel to look at its weight (arrow keys and Enter)"
        self.weights = SignedPicture("weight_picture", "Weights of the neuron", tip)
        self.gradient = SignedPicture("gradient_picture", "Gradient of the weights", tip)
        self._captions = (TextLine("weight_range", "w"), TextLine("gradient_range", "∂L/∂w"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        for column, picture in enumerate((self.weights, self.gradient)):
            grid.addWidget(picture, 0, column)
            grid.addWidget(self._captions[column], 1, column)
            picture.setFixedSize(picture.sizeHint())
            picture.pixel_clicked.connect(self._request)
        self.body.addLayout(grid)
        self._neuron = 0

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for view in (self.weights, self.gradient, *self._captions):
            view.set_theme(theme)

    def show_neuron(
        self,
        neuron: int,
        pixel: int | None,
        view: BatchView | None,
        parameters: Sequence[LayerArrays],
    ) -> None:
        """
        Show a neuron of the first layer.

        Parameters
        ----------
        neuron
            Which one, from 0.
        pixel
            Whose weight is looked at, if one is.
        view
            The batch; None before there is one.
        parameters
            W and b of each layer, as they are now.
        """
        self._neuron = neuron
        self.weights.show_values(parameters[0].W[:, neuron])
        gradient = None
        backward = None if view is None else view.records.backward(0)
        if view is not None and backward is not None and len(view.rows) == len(view):
            gradient = backward.dW[:, neuron]
        elif view is not None and backward is not None and len(view.rows):
            delta = backward.delta[view.rows, neuron]
            gradient = delta @ view.records.x[view.rows] / len(view.rows)
        self.gradient.show_values(gradient)
        for picture, caption in zip((self.weights, self.gradient), self._captions, strict=True):
            picture.mark(pixel)
            caption.show_text(f"±{signed(picture.top).removeprefix('+')}")
        if gradient is None:
            self._captions[1].show_text("")

    def _request(self, pixel: int) -> None:
        self.part_requested.emit(Edge(0, pixel, self._neuron))
