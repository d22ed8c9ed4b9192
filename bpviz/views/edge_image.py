"""The edges of a network as one picture, made anew only when something about it has changed."""

from functools import cache

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from bpviz.views.colouring import Colouring
from bpviz.views.colours import NO_GRADIENT, magnitude_table, signed_table
from bpviz.views.edge_raster import POINT_BUDGET, EdgeRaster
from bpviz.views.geometry import Column, Layout
from bpviz.views.theme import Theme


@cache
def packed(signed: bool, theme: Theme) -> list[int]:
    """Return 0xAARRGGBB of every level of a signed value or of a magnitude."""
    table = (signed_table if signed else magnitude_table)(theme)
    red, green, blue, alpha = table.astype(np.uint32).T
    colours: list[int] = (alpha << 24 | red << 16 | green << 8 | blue).tolist()
    return colours


class EdgeImage:
    """
    Keeps the picture, and what of it depends on the layout alone.

    Attributes
    ----------
    neurons_per_mark
        Of each pair of layers, how many neurons share a mark at its left and right.
    """

    def __init__(self) -> None:
        self.neurons_per_mark: list[tuple[int, int]] = []
        self._raster: EdgeRaster | None = None
        self._image: QImage | None = None
        self._factor = 0.0

    def move(self) -> None:
        """Take note that the layout or the room is another one."""
        self._raster = None

    def recolour(self) -> None:
        """Take note that values or colours are other ones."""
        self._image = None

    def picture(
        self,
        layout: Layout,
        room: QSize,
        ratio: float,
        finer: int,
        colouring: Colouring,
        theme: Theme,
    ) -> QImage:
        """
        Return the picture, up to date.

        Parameters
        ----------
        layout, room
            Where the layers lie, and the size of it all, in pixels.
        ratio
            Device pixels in a pixel.
        finer
            How many dots of the picture, across and down, share a device pixel.
        colouring
            Which values are coloured, and how.
        theme
            Gives the colours.

        Returns
        -------
        QImage
            Of levels, with the colour of each in its colour table. It stays valid until the next
            call.
        """
        pairs = range(len(layout.columns) - 1)
        factor = ratio * finer
        if self._raster is None or factor != self._factor:
            self._factor = factor
            columns = [
                Column(c.x * factor, c.y * factor, c.spacing * factor, c.radius * factor)
                for c in layout.columns
            ]
            width, height = round(room.width() * factor), round(room.height() * factor)
            # A finer picture has as many curves, each of more pixels.
            self._raster = EdgeRaster(columns, width, height, POINT_BUDGET * finer)
            self.neurons_per_mark = [self._raster.neurons_per_mark(pair) for pair in pairs]
            self._image = None
        if self._image is not None:
            return self._image

        signed = colouring.scale.signed
        levels = []
        for pair in pairs:
            layer = colouring.layers[pair] if colouring.layers else None
            if layer is None:
                levels.append(np.full(self._raster.marks(pair), NO_GRADIENT, np.uint8))
            else:
                values = layer.W if signed else np.abs(layer.W)
                levels.append(colouring.levels(pair, self._raster.pooled(pair, values, signed)))
        pixels = self._raster.draw(levels)
        height, width = pixels.shape
        self._image = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8)
        self._image.setColorTable(packed(signed, theme))
        return self._image
