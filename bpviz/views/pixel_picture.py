"""A small picture such as a network sees it: square pixels, never blurred."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from bpviz.views.geometry import PICTURE_SIDE
from bpviz.views.theme import DARK, Theme


@cache
def ink_table(theme: Theme) -> NDArray[np.uint32]:
    """
    Return the colour of every amount of ink.

    Returns
    -------
    (256,) uint32
        0xffRRGGBB, from the theme's paper at 0 to its ink at 255, evenly mixed in between.
        Read-only.
    """
    paper, ink = QColor(theme.paper), QColor(theme.ink)
    red, green, blue = (
        np.rint(np.linspace(a, b, 256)).astype(np.uint32)
        for a, b in (
            (paper.red(), ink.red()),
            (paper.green(), ink.green()),
            (paper.blue(), ink.blue()),
        )
    )
    table = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    table.flags.writeable = False
    return table


def picture_image(pixels: NDArray[np.uint8], theme: Theme) -> QImage:
    """Return pixels, (28, 28) uint8 from 0, paper, to 255, ink, as an image of that size."""
    colours = ink_table(theme).take(pixels)
    image = QImage(
        colours.data, PICTURE_SIDE, PICTURE_SIDE, 4 * PICTURE_SIDE, QImage.Format.Format_RGB32
    )
    return image.copy()  # the first one only borrows the array's memory


class PixelPicture(QWidget):
    """
    Shows a picture of 28 x 28 pixels, or blank paper.

    A pixel is the largest whole number of screen pixels that fits, so all are equally large; what
    room remains is left free around the picture.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self.show_picture(None)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_picture(self, picture: NDArray[np.uint8] | None) -> None:
        """
        Show a copy of a picture, (28, 28) uint8: 0 is paper, 255 ink. None: blank paper.

        Raises
        ------
        ValueError
            If it has another shape or type.
        """
        shape = (PICTURE_SIDE, PICTURE_SIDE)
        if picture is None:
            picture = np.zeros(shape, np.uint8)
        if picture.shape != shape or picture.dtype != np.uint8:
            raise ValueError(f"a picture is {shape} uint8, not {picture.shape} {picture.dtype}")
        self._picture = picture.copy()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(3 * PICTURE_SIDE + 2, 3 * PICTURE_SIDE + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        room = min(self.width(), self.height()) - 2  # inside the border
        side = max(1, math.floor(room * ratio / PICTURE_SIDE)) * PICTURE_SIDE / ratio
        left, top = (
            round((length - side) / 2 * ratio) / ratio for length in (self.width(), self.height())
        )
        area = QRectF(left, top, side, side)
        painter = QPainter(self)
        painter.drawImage(area, picture_image(self._picture, self._theme))
        painter.setPen(QColor(self._theme.line))
        painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()
