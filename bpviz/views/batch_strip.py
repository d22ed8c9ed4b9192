"""The pictures of a batch in a row: who is right, who is wrong, and who is looked at."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip, QWidget

from bpviz.views.batch_view import BatchView
from bpviz.views.named import named
from bpviz.views.scroll_style import scroll_style
from bpviz.views.strip_painter import paint_cells
from bpviz.views.strip_words import cell_tip, cell_words, is_left_out
from bpviz.views.theme import DARK, Theme

HEIGHT_PX = 58
_CELL_PX, _BAR_PX = 52, 5
# Widths, by what is in the cell.
_MEAN_PX, _PICTURE_PX, _NUMBERS_PX, _DRAWN_PX = 66, 42, 124, 84


EMPTY = "The samples of each batch come here. Choose one to see what it does to the network."


class BatchStrip(QWidget):
    """
    A cell for the mean of the batch, which stays in sight, and one for each of its samples.

    Cell 0 is the mean, cell i sample i, counted from 1. A drawing has cell 0 only.

    Signals
    -------
    sample_chosen : object
        Which sample is to be looked at, from 0; None: the mean.
    """

    sample_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "batch_strip", "Samples of the batch")
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._view: BatchView | None = None
        self._hovered: int | None = None
        self._bar = named(
            QScrollBar(Qt.Orientation.Horizontal, self),
            "batch_strip_scroll",
            "Scroll through the batch",
            "More of the batch (wheel, Home, End)",
        )
        self._bar.valueChanged.connect(self.update)
        self.set_theme(DARK)
        self.show_batch(None)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self._bar.setStyleSheet(scroll_style(theme.no_gradient, theme.muted, _BAR_PX))
        self.update()

    def show_batch(self, view: BatchView | None) -> None:
        """Show a batch, as far as it has been computed; None while there is none."""
        before, self._view = self._view, view
        self._set_range()
        chosen = None if view is None else view.sample
        if chosen is not None and (before is None or before.sample != chosen):
            self._scroll_to(chosen + 1)
        tip = "" if view is None else self.tip_of(0 if chosen is None else chosen + 1)
        if tip != self.accessibleDescription():
            self.setAccessibleDescription(tip)
        self.update()

    def step(self, by: int) -> None:
        """
        Ask for the next or the previous one: the mean, then one sample after the other.

        Samples of other labels than the one looked at are passed over.

        Parameters
        ----------
        by
            1 or -1.
        """
        view = self._view
        if view is None:
            return
        cell = (0 if view.sample is None else view.sample + 1) + by
        while 0 < cell < self._n_cells() and is_left_out(view, cell):
            cell += by
        if 0 <= cell < self._n_cells():
            self._choose(cell)

    def text_of(self, cell: int) -> str:
        """Return the words painted in a cell, line by line."""
        if self._view is None:
            return ""
        return "\n".join(line.text for line in cell_words(self._view, cell))

    def tip_of(self, cell: int) -> str:
        """Return what is said of a cell while the mouse rests on it."""
        return "" if self._view is None else cell_tip(self._view, cell)

    def cell_rect(self, cell: int) -> QRect:
        """Return where a cell lies in the widget, in sight or not."""
        if cell == 0:
            drawn = self._view is not None and self._view.drawn
            return QRect(0, 0, _DRAWN_PX if drawn else _MEAN_PX, _CELL_PX)
        width = self._sample_px()
        return QRect(_MEAN_PX + (cell - 1) * width - self._bar.value(), 0, width, _CELL_PX)

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_MEAN_PX + _NUMBERS_PX, HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._bar.setGeometry(_MEAN_PX, HEIGHT_PX - _BAR_PX, self.width() - _MEAN_PX, _BAR_PX)
        self._set_range()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        self._bar.setValue(self._bar.value() - (turned.x() or turned.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home and self._view is not None:
            self._choose(0)
        elif event.key() == Qt.Key.Key_End and self._view is not None:
            self._choose(self._n_cells() - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._cell_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        if not (isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip):
            return super().event(event)
        cell = self._cell_at(event.pos())
        tip = "" if cell is None else f"{self.tip_of(cell)}\n([ and ] go from one to the next)"
        QToolTip.showText(event.globalPos(), tip, self, self.cell_rect(cell or 0))
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Pixels stay sharp squares wherever a pixel can be a whole number of the screen's.
        uneven = not self.devicePixelRatioF().is_integer()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, uneven)
        if (view := self._view) is not None:
            theme, room_px, width = self._theme, self.width() - _MEAN_PX, self._sample_px()
            paint_cells(painter, theme, view, range(1), [self.cell_rect(0)], self._hovered)
            first = 1 + self._bar.value() // width
            cells = range(first, min(first + 2 + room_px // width, self._n_cells()))
            painter.setClipRect(_MEAN_PX, 0, room_px, HEIGHT_PX)
            places = [self.cell_rect(cell) for cell in cells]
            paint_cells(painter, theme, view, cells, places, self._hovered)
            painter.setClipping(False)
        else:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, EMPTY)
        if self.hasFocus():
            painter.setPen(QColor(self._theme.highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def _n_cells(self) -> int:
        if self._view is None:
            return 0
        return 1 if self._view.drawn else len(self._view) + 1

    def _sample_px(self) -> int:
        return _PICTURE_PX if self._view is None or self._view.has_pictures else _NUMBERS_PX

    def _set_range(self) -> None:
        room = max(self.width() - _MEAN_PX, 1)
        most = max(max(self._n_cells() - 1, 0) * self._sample_px() - room, 0)
        if (most, room) != (self._bar.maximum(), self._bar.pageStep()):
            self._bar.setRange(0, most)
            self._bar.setPageStep(room)
            self._bar.setSingleStep(_PICTURE_PX)
        self._bar.setVisible(most > 0)

    def _scroll_to(self, cell: int) -> None:
        rect, value = self.cell_rect(cell), self._bar.value()
        beyond = rect.right() + 1 - self.width()
        if rect.x() < _MEAN_PX:
            self._bar.setValue(value + rect.x() - _MEAN_PX)
        elif beyond > 0:
            self._bar.setValue(value + beyond)

    def _cell_at(self, at: QPoint) -> int | None:
        if self._view is None or not 0 <= at.y() < _CELL_PX:
            return None
        if self.cell_rect(0).contains(at):
            return 0
        cell = 1 + (at.x() - _MEAN_PX + self._bar.value()) // self._sample_px()
        return cell if 0 < cell < self._n_cells() else None

    def _hover(self, cell: int | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()

    def _choose(self, cell: int) -> None:
        if self._view is not None and not self._view.drawn:
            self.sample_chosen.emit(cell - 1 if cell else None)
