"""The pad that digits are drawn on."""

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

from bpviz.views.ink_history import INK_PX, InkHistory
from bpviz.views.pixel_picture import ink_table
from bpviz.views.stroke import ERASER_PX, Stroke
from bpviz.views.theme import DARK, Theme

Tool = Literal["pen", "eraser"]


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
        self._history = InkHistory()
        self._stroke: Stroke | None = None
        self._button = Qt.MouseButton.NoButton  # that draws the stroke
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
        return self._history.ink.copy()

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
        if ink.shape != (INK_PX, INK_PX) or ink.dtype != np.uint8:
            raise ValueError(f"ink is (280, 280) uint8, not {ink.shape} {ink.dtype}")
        self._end_stroke()
        self._put(ink.copy())

    def clear(self) -> None:
        """Take all ink away. One step for undo."""
        self.set_ink(np.zeros_like(self._history.ink))

    def undo(self) -> None:
        """Take back the last stroke, even an unfinished one, clear, or set_ink."""
        self._end_stroke()
        if self._history.can_undo:
            self._history.undo()
            self._tell_of_change(could_undo=True)

    def sizeHint(self) -> QSize:
        return QSize(256, 256)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 140)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = event.button()
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        if self._stroke and button != self._button and event.buttons() & self._button:
            return  # the other button, in mid-stroke
        erases = self._tool == "eraser" or button == Qt.MouseButton.RightButton
        at = self._ink_point(event.position())
        self._stroke, self._button = Stroke(self._history.ink, at, erases), button
        self._mouse = event.position()
        self._show_tool()
        self._extend(self._stroke, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse = event.position()
        if self._stroke and not event.buttons() & self._button:
            self._end_stroke()  # it was released where we were not told
        if self._erases():
            self.update()
        if self._stroke:
            self._extend(self._stroke, self._ink_point(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke and event.button() == self._button:
            end = self._ink_point(event.position())
            if end != self._stroke.end:
                self._extend(self._stroke, end)
            self._end_stroke()

    def leaveEvent(self, event: QEvent) -> None:
        self._mouse = None
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        self._end_stroke()

    def paintEvent(self, event: QPaintEvent) -> None:
        pad = self._pad()
        outline = QPainterPath()
        outline.addRoundedRect(pad.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.setClipPath(outline)
        pixels = ink_table(self._theme)[self._history.ink]
        painter.drawImage(
            pad, QImage(pixels.data, INK_PX, INK_PX, 4 * INK_PX, QImage.Format.Format_RGB32)
        )
        if not self._history.ink.any() and not self._stroke:
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

    def _extend(self, stroke: Stroke, end: QPointF) -> None:
        self._put(stroke.extend(end), since=stroke.before)

    def _end_stroke(self) -> None:
        self._stroke = None
        self._show_tool()

    def _put(self, ink: NDArray[np.uint8], since: NDArray[np.uint8] | None = None) -> None:
        could_undo = self._history.can_undo
        if self._history.put(ink, since):
            self._tell_of_change(could_undo)

    def _tell_of_change(self, could_undo: bool) -> None:
        self.update()
        if self._history.can_undo != could_undo:
            self.undo_available_changed.emit(self._history.can_undo)
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
