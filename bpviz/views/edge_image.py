"""The edges of a network as one picture, made anew only when something about it has changed."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from bpviz.views.colouring import Colouring
from bpviz.views.colours import NO_GRADIENT, magnitude_table, signed_table
from bpviz.views.edge_raster import EdgeRaster, Work
from bpviz.views.geometry import Column, Layout
from bpviz.views.quantities import factored
from bpviz.views.theme import Theme


@cache
def packed(signed: bool, theme: Theme) -> list[int]:
    """Return 0xAARRGGBB of every level of a signed value or of a magnitude."""
    table = (signed_table if signed else magnitude_table)(theme)
    red, green, blue, alpha = table.astype(np.uint32).T
    colours: list[int] = (alpha << 24 | red << 16 | green << 8 | blue).tolist()
    return colours


@cache
def _lanes(signed: bool, theme: Theme) -> NDArray[np.uint64]:
    """Return premultiplied blue, green, red and alpha of every level, 16 bits each."""
    table = (signed_table if signed else magnitude_table)(theme).astype(np.uint64)
    colours = table[:, :3] * table[:, 3:] // np.uint64(255)
    red, green, blue = colours.T
    lanes: NDArray[np.uint64] = blue | green << 16 | red << 32 | table[:, 3] << 48
    return lanes


class EdgeImage:
    """
    Keeps the picture, and what of it depends on the layout alone.

    Attributes
    ----------
    neurons_per_mark
        Of each pair of layers, how many neurons share a mark at its left and right.
    joins
        Of each pair of layers, whether lines become one where they run close.
    work
        What the last picture cost.
    """

    def __init__(self) -> None:
        self.neurons_per_mark: list[tuple[int, int]] = []
        self.joins: list[bool] = []
        self.work = Work(0, 0, 0)
        self._raster: EdgeRaster | None = None
        self._image: QImage | None = None
        self._ratio = 0.0

    def move(self) -> None:
        """Take note that the layout or the room is another one."""
        self._raster = None

    def recolour(self) -> None:
        """Take note that values or colours are other ones."""
        self._image = None

    def picture(
        self, layout: Layout, room: QSize, ratio: float, colouring: Colouring, theme: Theme
    ) -> QImage:
        """
        Return the picture, up to date.

        Parameters
        ----------
        layout, room
            Where the layers lie, and the size of it all, in pixels.
        ratio
            Device pixels in a pixel.
        colouring
            Which values are coloured, and how.
        theme
            Gives the colours.

        Returns
        -------
        QImage
            One of its pixels is one of the device. It stays valid until the next call.
        """
        pairs = range(len(layout.columns) - 1)
        if self._raster is None or ratio != self._ratio:
            self._ratio = ratio
            columns = [
                Column(c.x * ratio, c.y * ratio, c.spacing * ratio, c.radius * ratio)
                for c in layout.columns
            ]
            width, height = round(room.width() * ratio), round(room.height() * ratio)
            self._raster = EdgeRaster(columns, width, height, ratio)
            self.neurons_per_mark = [self._raster.neurons_per_mark(pair) for pair in pairs]
            self.joins = [self._raster.joins(pair) for pair in pairs]
            self._image = None
        if self._image is not None:
            return self._image

        levels = []
        for pair in pairs:
            layer = colouring.layers[pair] if colouring.layers else None
            if layer is None:
                levels.append(np.full(self._raster.marks(pair), NO_GRADIENT, np.uint8))
            else:
                values = self._raster.pooled(pair, *factored(layer))
                levels.append(colouring.levels(pair, values))
        pixels = self._raster.draw(levels, _lanes(colouring.scale.signed, theme))
        self.work = self._raster.work
        height, width = pixels.shape
        kind = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(pixels.data, width, height, 4 * width, kind)
        self._image.setDevicePixelRatio(ratio)
        return self._image
