"""A small picture such as a network sees it: square pixels, never blurred."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from bpviz.views.theme import DARK, Theme


def ink_table(theme: Theme) -> NDArray[np.uint32]:
    """
    Return the colour of every amount of ink.

    Returns
    -------
    (256,) uint32
        0xffRRGGBB, from the theme's paper at 0 to its ink at 255, evenly mixed in between.
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
    return np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue


class PixelPicture(QWidget):
    """
    Shows a picture, tells which pixel the mouse is on, and marks one pixel on request.

    A pixel is the largest whole number of screen pixels that fits, so all are equally large; what
    room remains is left free around the picture.

    Signals
    -------
    pixel_hovered : object
        Index of the pixel under the mouse, row by row from 0, or None once it is on none.
    """

    pixel_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._picture: NDArray[np.uint8] | NDArray[np.floating] | None = None
        self._rows, self._cols = 28, 28
        self._hovered: int | None = None
        self._highlighted: int | None = None
        self.setMouseTracking(True)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_picture(self, picture: NDArray[np.uint8] | NDArray[np.floating] | None) -> None:
        """
        Show a picture.

        Parameters
        ----------
        picture : (rows, columns) uint8 or float
            uint8: 0 is paper, 255 ink. Float: 0 is paper, 1 ink, beyond that is clipped; NaN and
            infinity get their own colour. None leaves the paper blank.

        Raises
        ------
        ValueError
            If the picture has not two dimensions, or is neither uint8 nor float.
        """
        if picture is not None:
            if picture.ndim != 2 or 0 in picture.shape:
                raise ValueError(f"a picture has rows and columns, not the shape {picture.shape}")
            if picture.dtype != np.uint8 and not np.issubdtype(picture.dtype, np.floating):
                raise ValueError(f"a picture is uint8 or float, not {picture.dtype}")
            picture = picture.copy()
            self._rows, self._cols = picture.shape
        self._picture = picture
        self.update()

    def highlight_pixel(self, index: int | None) -> None:
        """
        Frame one pixel, or none.

        Raises
        ------
        ValueError
            If the picture has no such pixel.
        """
        if index is not None and not 0 <= index < self._rows * self._cols:
            raise ValueError(f"no pixel {index} in {self._rows} x {self._cols} pixels")
        if index != self._highlighted:
            self._highlighted = index
            self.update()

    def pixel_rect(self, index: int) -> QRectF:
        """Return where a pixel is painted, in this widget's coordinates."""
        corner, cell = self._grid()
        row, col = divmod(index, self._cols)
        return QRectF(corner.x() + col * cell, corner.y() + row * cell, cell, cell)

    def sizeHint(self) -> QSize:
        return QSize(3 * self._cols + 2, 3 * self._rows + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._cols + 2, self._rows + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        corner, cell = self._grid()
        area = QRectF(corner.x(), corner.y(), self._cols * cell, self._rows * cell)
        painter = QPainter(self)
        pixels = self._pixels()
        painter.drawImage(
            area,
            QImage(pixels.data, self._cols, self._rows, 4 * self._cols, QImage.Format.Format_RGB32),
        )
        painter.setPen(QColor(self._theme.line))
        painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
        # A smaller picture may have come since.
        if self._highlighted is not None and self._highlighted < self._rows * self._cols:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.highlight), 1.5))
            painter.drawRect(self.pixel_rect(self._highlighted).adjusted(-0.75, -0.75, 0.75, 0.75))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        corner, cell = self._grid()
        at = (event.position() - corner) / cell
        row, col = math.floor(at.y()), math.floor(at.x())
        inside = 0 <= row < self._rows and 0 <= col < self._cols
        self._hover(row * self._cols + col if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.pixel_hovered.emit(index)

    def _grid(self) -> tuple[QPointF, float]:
        """Return the picture's upper left corner and the side of a pixel, in logical pixels."""
        ratio = self.devicePixelRatioF()
        room = min((self.width() - 2) / self._cols, (self.height() - 2) / self._rows)
        cell = max(1, math.floor(room * ratio)) / ratio
        left, top = (
            round((length - cell * count) / 2 * ratio) / ratio
            for length, count in ((self.width(), self._cols), (self.height(), self._rows))
        )
        return QPointF(left, top), cell

    def _pixels(self) -> NDArray[np.uint32]:
        """Return the picture's colours, (rows, columns) 0xffRRGGBB."""
        table = ink_table(self._theme)
        if self._picture is None:
            return np.full((self._rows, self._cols), table[0])
        if self._picture.dtype == np.uint8:
            return table[self._picture]
        finite = np.isfinite(self._picture)
        levels = np.clip(np.where(finite, self._picture, 0), 0, 1) * 255
        pixels: NDArray[np.uint32] = table[np.rint(levels).astype(np.uint8)]
        pixels[~finite] = QColor(self._theme.not_finite).rgb()
        return pixels
