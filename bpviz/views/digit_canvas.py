"""The pad that digits are drawn on."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.pixel_picture import ink_table
from bpviz.views.theme import DARK, Theme

INK_PX = 280
"""Height and width of the ink, in ink pixels, whatever the widget's size."""

PEN_PX = 22.0
"""Width of the pen, in ink pixels: two pixels and a bit of the network's, as in MNIST."""

ERASER_PX = 40.0
"""Width of the eraser, in ink pixels."""

UNDO_STEPS = 100

Tool = Literal["pen", "eraser"]


@dataclass
class _Stroke:
    """
    A stroke while its button is down.

    Attributes
    ----------
    last
        Where it has come to, in ink pixels.
    before : (280, 280) uint8
        The ink when it began.
    mask : (280, 280) uint8
        What it covers so far, 255 fully. One mask for the whole stroke, so that slow and fast
        hands get the same soft edge: painting segment over segment would harden it.
    """

    button: Qt.MouseButton
    erases: bool
    last: QPointF
    before: NDArray[np.uint8]
    mask: NDArray[np.uint8]


class DigitCanvas(QWidget):
    """
    A square pad to draw on with the mouse: a pen, an eraser (also the right button), and undo.

    Signals
    -------
    ink_changed
        After everything that changed ink, at each move of a stroke too.
    undo_available_changed : bool
    """

    ink_changed = Signal()
    undo_available_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._tool: Tool = "pen"
        # No array that was ever shown is written to again: undo keeps them as they are.
        self._ink = np.zeros((INK_PX, INK_PX), np.uint8)
        self._steps: deque[NDArray[np.uint8]] = deque(maxlen=UNDO_STEPS)
        self._stroke: _Stroke | None = None
        self._mouse: QPointF | None = None
        self.setObjectName("digit_canvas")
        self.setAccessibleName("Drawing pad")
        self.setToolTip("Draw a digit: pen (P), eraser (E, or the right mouse button)")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._show_tool()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def set_tool(self, tool: Tool) -> None:
        """Draw or erase with the left button, from the next stroke on."""
        self._tool = tool
        self._show_tool()

    def ink(self) -> NDArray[np.uint8]:
        """Return a copy of the ink, (280, 280) uint8: 0 is paper, 255 is ink."""
        return self._ink.copy()

    def set_ink(self, ink: NDArray[np.uint8]) -> None:
        """
        Put ink in place of what is on the pad. One step for undo.

        Parameters
        ----------
        ink : (280, 280) uint8
            0 is paper, 255 is ink.

        Raises
        ------
        ValueError
            If it has another shape or type.
        """
        if ink.shape != self._ink.shape or ink.dtype != np.uint8:
            raise ValueError(f"ink is (280, 280) uint8, not {ink.shape} {ink.dtype}")
        self._stroke = None
        self._show_tool()
        if not np.array_equal(ink, self._ink):
            self._change(ink.copy(), undo_to=self._ink)

    def clear(self) -> None:
        """Take all ink away. One step for undo."""
        self.set_ink(np.zeros_like(self._ink))

    def undo(self) -> None:
        """Take back the last stroke, even an unfinished one, clear, or set_ink."""
        self._stroke = None
        self._show_tool()
        if self._steps:
            self._change(self._steps.pop())
            if not self._steps:
                self.undo_available_changed.emit(False)

    def sizeHint(self) -> QSize:
        return QSize(256, 256)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 140)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = event.button()
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        stroke = self._stroke
        if stroke and button != stroke.button and event.buttons() & stroke.button:
            return  # the other button, in mid-stroke
        erases = self._tool == "eraser" or button == Qt.MouseButton.RightButton
        at = self._ink_point(event.position())
        self._stroke = _Stroke(button, erases, at, self._ink, np.zeros_like(self._ink))
        self._mouse = event.position()
        self._show_tool()
        self._extend(self._stroke, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if self._stroke and not event.buttons() & self._stroke.button:
            self._stroke = None  # it was released where we were not told
            self._show_tool()
        if self._erases():
            self.update()
        if self._stroke:
            self._extend(self._stroke, self._ink_point(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        stroke = self._stroke
        if stroke and event.button() == stroke.button:
            end = self._ink_point(event.position())
            if end != stroke.last:
                self._extend(stroke, end)
            self._stroke = None
            self._show_tool()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._stroke = None
        self._show_tool()

    def paintEvent(self, event: QPaintEvent) -> None:
        pad = self._pad()
        outline = QPainterPath()
        outline.addRoundedRect(pad.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.setClipPath(outline)
        pixels = ink_table(self._theme)[self._ink]
        painter.drawImage(
            pad, QImage(pixels.data, INK_PX, INK_PX, 4 * INK_PX, QImage.Format.Format_RGB32)
        )
        if not self._ink.any() and not self._stroke:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(pad, Qt.AlignmentFlag.AlignCenter, "Draw a digit here")
        if self._erases() and self._mouse is not None:
            radius = ERASER_PX / 2 * pad.width() / INK_PX
            painter.setPen(QPen(QColor(self._theme.highlight), 1.5))
            painter.drawEllipse(self._mouse, radius, radius)
        painter.setClipping(False)
        painter.setPen(QColor(self._theme.muted if self.hasFocus() else self._theme.line))
        painter.drawPath(outline)
        painter.end()

    def _extend(self, stroke: _Stroke, end: QPointF) -> None:
        """Draw the stroke on to a point in ink pixels."""
        width = ERASER_PX if stroke.erases else PEN_PX
        np.maximum(stroke.mask, _segment(stroke.last, end, width), out=stroke.mask)
        stroke.last = end
        if stroke.erases:
            ink = np.minimum(stroke.before, 255 - stroke.mask)
        else:
            ink = np.maximum(stroke.before, stroke.mask)
        if not np.array_equal(ink, self._ink):
            first_change = self._ink is stroke.before
            self._change(ink, undo_to=stroke.before if first_change else None)

    def _change(self, ink: NDArray[np.uint8], undo_to: NDArray[np.uint8] | None = None) -> None:
        self._ink = ink
        self.update()
        if undo_to is not None:
            self._steps.append(undo_to)
            if len(self._steps) == 1:
                self.undo_available_changed.emit(True)
        self.ink_changed.emit()

    def _pad(self) -> QRectF:
        """Return the square that shows the ink, in the widget's coordinates."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def _ink_point(self, position: QPointF) -> QPointF:
        pad = self._pad()
        return (position - pad.topLeft()) * (INK_PX / max(pad.width(), 1))

    def _erases(self) -> bool:
        return self._stroke.erases if self._stroke else self._tool == "eraser"

    def _show_tool(self) -> None:
        shape = Qt.CursorShape.BlankCursor if self._erases() else Qt.CursorShape.CrossCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)
        self.update()


def _segment(start: QPointF, end: QPointF, width: float) -> NDArray[np.uint8]:
    """
    Return how far a straight piece of a stroke with round ends covers each ink pixel.

    Parameters
    ----------
    start, end
        In ink pixels.
    width
        In ink pixels.

    Returns
    -------
    (280, 280) uint8
        255 where it covers the pixel fully, less at its edge.
    """
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
