"""One stroke of the pen or the eraser, from the press of the button to its release."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from bpviz.views.ink_history import INK_PX

PEN_PX = 20.0
"""Width of the pen, in ink pixels: of the widths tried, digits drawn with this are read best."""

ERASER_PX = 40.0
"""Width of the eraser, in ink pixels."""


class Stroke:
    """
    A stroke that grows while the mouse moves.

    Parameters
    ----------
    before : (280, 280) uint8
        The ink it is drawn onto.
    start
        Where it begins, in ink pixels. Nothing is drawn before the first `extend`.
    erases
        Whether it takes ink away, as wide as the eraser, or adds it, as wide as the pen.

    Attributes
    ----------
    before, erases
        As given.
    end
        Where it has come to, in ink pixels.
    """

    def __init__(self, before: NDArray[np.uint8], start: QPointF, erases: bool) -> None:
        self.before = before
        self.end = start
        self.erases = erases
        # How far it covers each ink pixel, 255 fully. One mask for the whole stroke, so that slow
        # and fast hands get the same soft edge: painting piece over piece would harden it.
        self._mask = np.zeros_like(before)

    def extend(self, end: QPointF) -> NDArray[np.uint8]:
        """Draw on to a point in ink pixels, and return the ink, (280, 280) uint8, with it."""
        width = ERASER_PX if self.erases else PEN_PX
        np.maximum(self._mask, _piece(self.end, end, width), out=self._mask)
        self.end = end
        if self.erases:
            return np.minimum(self.before, 255 - self._mask)
        return np.maximum(self.before, self._mask)


def _piece(start: QPointF, end: QPointF, width: float) -> NDArray[np.uint8]:
    """Return how far a straight line with round ends covers each pixel, (280, 280) uint8."""
    image = QImage(INK_PX, INK_PX, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(Qt.GlobalColor.white, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    )
    if start == end:
        painter.drawPoint(start)  # Qt paints nothing for a line without length
    else:
        painter.drawLine(start, end)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(INK_PX, INK_PX).copy()
