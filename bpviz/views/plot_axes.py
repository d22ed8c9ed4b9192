"""The axes of a small plot: from its values to pixels and back."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from bpviz.views.lettering import RIGHT, write
from bpviz.views.theme import Theme

FONT_PX = 11
RIGHT_PX = 12
"""What is free to the right of a plot."""
_BOTTOM_PX = 18


@dataclass(frozen=True)
class PlotAxes:
    """
    Both axes of a plot.

    Attributes
    ----------
    room
        Where they lie, in pixels.
    x, y
        The values at their ends.
    """

    room: QRectF
    x: tuple[float, float]
    y: tuple[float, float]

    def to_pixel(self, point: tuple[float, float]) -> QPointF:
        """Return where a point is painted."""
        (left, right), (low, high), room = self.x, self.y, self.room
        return QPointF(
            room.left() + room.width() * (point[0] - left) / (right - left),
            room.bottom() - room.height() * (point[1] - low) / (high - low),
        )

    def value_at(self, x_px: float) -> float:
        """Return the value of the horizontal axis at a pixel."""
        left, right = self.x
        return left + (right - left) * (x_px - self.room.left()) / self.room.width()

    def paint_level(self, painter: QPainter, theme: Theme, value: float, text: str) -> None:
        """Draw a hairline at a value of the vertical axis, and write a text beside it."""
        y = self.to_pixel((self.x[0], value)).y()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(self.room.left(), y), QPointF(self.room.right(), y))
        box = QRectF(0, y - 8, self.room.left() - 6, 16)
        write(painter, box, RIGHT, text, theme.muted)


def plot_room(widget: QWidget, left_px: int, top_px: int) -> QRectF:
    """Return the room for the axes beside and below so many pixels of a widget."""
    return QRectF(
        left_px,
        top_px,
        max(widget.width() - left_px - RIGHT_PX, 1),
        widget.height() - top_px - _BOTTOM_PX,
    )
