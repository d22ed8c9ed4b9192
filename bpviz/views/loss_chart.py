"""The curves, axes and crosshair of the loss plot."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from bpviz.views.epoch_ends import EpochEnds
from bpviz.views.lettering import laid_out
from bpviz.views.loss_axes import Ticks, batch_ticks, loss_limits, loss_ticks, on_axis
from bpviz.views.loss_legend import curve_pens
from bpviz.views.loss_series import Curve
from bpviz.views.theme import DARK, Theme

_ACCURACY_RANGE = (-4, 104)  # percent, so that markers at 0 and 100 stay whole
_ACCURACY_TICKS = [(at, f"{at:.0f} %") for at in (0.0, 50.0, 100.0)]
_WHEEL = 1.02 ** (-1 / 8)  # batches in view per eighth of a degree
_TEXT_GAP_PX = 4

Points = NDArray[np.float64]
"""Points of a curve in pixels : (n, 2). NaN is a gap."""


class LossChart(QWidget):
    """
    Loss on the left axis and accuracy on the right one, over batches below and epochs above.

    Signals
    -------
    look_requested : float, float
        The wheel or dragging wants these batches at the left and right edge.
    """

    look_requested = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("loss_chart")
        self.setMouseTracking(True)
        self._theme = DARK
        self._curves: list[Curve] = [(np.empty(0), np.empty(0))] * 4
        self._batches, self._limits = (0.0, 1.0), (0.0, 1.0)
        self._epochs = EpochEnds()
        self._log = False
        self._has_accuracy = True
        self._crosshair: int | None = None
        self._level = math.nan
        self._dragged_px: float | None = None
        self.set_font(self.font())

    @property
    def columns(self) -> int:
        """The width between the axes in pixels, at least 1."""
        return max(1, round(self._room().width()))

    def batch_at(self, position: QPointF) -> float | None:
        """Return the batch at a position, None beside the curves."""
        room = self._room()
        if not room.contains(position):
            return None
        first, last = self._batches
        return first + (last - first) * (position.x() - room.left()) / room.width()

    def set_font(self, font: QFont) -> None:
        """Write at the ticks a little smaller than in this font, and give them room for that."""
        self._font = QFont(font)
        if font.pixelSize() > 0:
            self._font.setPixelSize(max(font.pixelSize() - 2, 9))
        metrics = self._metrics = QFontMetrics(self._font)
        self._left_px = metrics.horizontalAdvance("5·10⁻¹⁰") + 8
        self._right_px = metrics.horizontalAdvance("100 %") + 10
        self._text_px = metrics.height() + 5
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_accuracy_axis(self, shown: bool) -> None:
        """Write the percents of the accuracy on the right, or leave that axis bare."""
        self._has_accuracy = shown
        self.update()

    def draw(
        self,
        curves: Sequence[Curve],
        batches: tuple[float, float],
        epochs: EpochEnds,
        log: bool,
    ) -> None:
        """
        Draw everything but the crosshair.

        Parameters
        ----------
        curves
            The losses, the smoothed loss, the validation loss, and the accuracy, 0 to 1.
        batches
            Batch numbers at the left and right edge.
        epochs
            Where they ended.
        log
            Whether the loss axis is logarithmic.
        """
        self._curves, self._batches, self._epochs, self._log = list(curves), batches, epochs, log
        # Without the smoothed loss, which a wild one drags along.
        self._limits = loss_limits([curves[0][1], curves[2][1]], log)
        self.update()

    def show_crosshair(self, batch: int | None, loss: float = math.nan) -> None:
        """Show it at a batch and a loss; None: not at all. A loss not finite has no line."""
        self._crosshair, self._level = batch, loss
        self.update()

    # -- the user's hands -----------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        at = self.batch_at(event.position())
        if at is not None:
            factor = _WHEEL ** event.angleDelta().y()
            first, last = self._batches
            self.look_requested.emit(at + factor * (first - at), at + factor * (last - at))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        inside = self.batch_at(event.position()) is not None
        if inside and event.button() == Qt.MouseButton.LeftButton:
            self._dragged_px = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_px is not None:
            (first, last), x = self._batches, event.position().x()
            batches = (self._dragged_px - x) * (last - first) / self._room().width()
            self._dragged_px = x
            self.look_requested.emit(first + batches, last + batches)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_px = None

    # -- painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter, self._room())

    def _paint(self, painter: QPainter, room: QRectF) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        painter.setFont(self._font)
        self._paint_axes(painter, room)
        painter.setClipRect(room)
        losses, smoothed, validation, (batch, accuracy) = self._curves
        bottom, top = _ACCURACY_RANGE
        (low, high), share = self._limits, (100 * accuracy - bottom) / (top - bottom)
        lines = [
            self._to_pixels(room, x, on_axis(y, self._log))
            for x, y in (losses, smoothed, validation)
        ]
        lines.append(self._to_pixels(room, batch, low + share * (high - low)))
        pens = curve_pens(self._theme)
        self._paint_losses(painter, pens[0], lines[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pens[1])
        # Line by line: Qt is ten times slower at wide paths.
        ends = np.hstack([lines[1][:-1], lines[1][1:]])
        painter.drawLines([QLineF(*at) for at in ends[np.isfinite(ends).all(axis=1)].tolist()])
        for pen, points in zip(pens[2:], lines[2:], strict=True):
            painter.setPen(pen)
            for run in _runs(points):
                painter.drawPolyline(_polygon(run))
        self._paint_spots(painter, lines)
        self._paint_crosshair(painter, room)

    def _paint_losses(self, painter: QPainter, pen: QPen, points: Points) -> None:
        pen.setCosmetic(True)
        painter.setPen(pen)
        # A pixel wide wherever it is painted, as a few lines a pixel of the device wide: fast.
        ratio = max(round(self.devicePixelRatioF()), 1)
        for run in _runs(points):
            polygon = _polygon(run)
            for step in range(ratio):
                painter.drawPolyline(polygon.translated(step / ratio, step / ratio))

    def _paint_spots(self, painter: QPainter, lines: list[Points]) -> None:
        theme = self._theme
        losses, _, validation, accuracy = lines
        painter.setPen(QPen(QColor(theme.validation), 1))
        painter.setBrush(QColor(theme.validation))
        for x, y in validation[np.isfinite(validation).all(axis=1)].tolist():
            painter.drawEllipse(QPointF(x, y), 3.5, 3.5)
        painter.setPen(QPen(QColor(theme.accuracy), 1))
        painter.setBrush(QColor(theme.panel))
        for x, y in accuracy[np.isfinite(accuracy).all(axis=1)].tolist():
            painter.drawRect(QRectF(round(x) - 3.5, round(y) - 3.5, 7, 7))
        if 10 * len(losses) <= self.columns:  # a lone loss makes no line, but a spot
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.batch_loss))
            for x, y in losses[np.isfinite(losses).all(axis=1)].tolist():
                painter.drawEllipse(QPointF(x, y), 2.5, 2.5)

    def _paint_crosshair(self, painter: QPainter, room: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(self._theme.highlight), 1))
        level = on_axis(np.array([self._level]), self._log)
        at = np.array([math.nan if self._crosshair is None else self._crosshair])
        ((x, y),) = self._to_pixels(room, at, level).tolist()
        if math.isfinite(x):
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        if math.isfinite(y):
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))

    def _paint_axes(self, painter: QPainter, room: QRectF) -> None:
        above: Ticks = []
        below, left = above, above
        if len(self._curves[0][0]):
            left = loss_ticks(*self._limits, max(3, int(room.height()) // 18), self._log)
            below = _named("batch", batch_ticks(*self._batches, self.columns // 110))
            above = _named("epoch", self._epochs.ticks(*self._batches, self.columns // 60))
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.drawRect(room)
        levels = [(self._y(room, at), text) for at, text in left]
        columns = [[(self._x(room, at), text) for at, text in ticks] for ticks in (above, below)]
        for y, _ in levels:
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        for x, _ in columns[0]:
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QColor(self._theme.muted))
        side = QRectF(0, 0, self._left_px - _TEXT_GAP_PX, self._metrics.height())
        for y, text in levels:
            side.moveTop(y - side.height() / 2)
            written = laid_out(text, self._font)
            painter.drawStaticText(
                QPointF(side.right() - written.size().width(), side.top()), written
            )
        self._write_row(painter, columns[0], 1)
        self._write_row(painter, columns[1], room.bottom() + _TEXT_GAP_PX)
        if self._has_accuracy:
            painter.setPen(QColor(self._theme.accuracy))
            bottom, top = _ACCURACY_RANGE
            for at, text in _ACCURACY_TICKS:
                middle = room.bottom() - room.height() * (at - bottom) / (top - bottom)
                side.moveTo(room.right() + _TEXT_GAP_PX, middle - side.height() / 2)
                painter.drawStaticText(side.topLeft(), laid_out(text, self._font))

    def _write_row(self, painter: QPainter, ticks: Ticks, top_px: float) -> None:
        """Write the texts at their pixels, but for those that would run into their neighbour."""
        free_px = 0.0
        for x, text in ticks:
            written = laid_out(text, self._font)
            width = written.size().width()
            left = min(max(x - width / 2, 0), self.width() - width)
            if left >= free_px:
                painter.drawStaticText(QPointF(left, top_px), written)
                free_px = left + width + 2 * _TEXT_GAP_PX

    def _room(self) -> QRectF:
        """Return where the curves are, in pixels."""
        width = self.width() - self._left_px - self._right_px
        height = self.height() - 2 * self._text_px
        return QRectF(self._left_px, self._text_px, max(width, 1), max(height, 1))

    def _x(self, room: QRectF, batch: float) -> float:
        first, last = self._batches
        return room.left() + room.width() * (batch - first) / (last - first)

    def _y(self, room: QRectF, level: float) -> float:
        low, high = self._limits
        return room.bottom() - room.height() * (level - low) / (high - low)

    def _to_pixels(self, room: QRectF, x: NDArray[np.float64], y: NDArray[np.float64]) -> Points:
        """Return where points, on the axes' scales, are painted : (n, 2)."""
        (first, last), (low, high) = self._batches, self._limits
        far = 10 * (high - low)  # Qt gives up on lines that go much farther than the view
        y = np.clip(y, low - far, high + far)
        across = room.left() + room.width() * (x - first) / (last - first)
        return np.column_stack([across, room.bottom() - room.height() * (y - low) / (high - low)])


def _named(what: str, ticks: Ticks) -> Ticks:
    """Return an axis' ticks with the first one saying what they count."""
    return [(at, f"{what} {text}" if i == 0 else text) for i, (at, text) in enumerate(ticks)]


def _runs(points: Points) -> Iterator[Points]:
    """Yield the stretches of a curve without a gap, if they are more than one point."""
    gaps = np.flatnonzero(np.isnan(points[:, 1]))
    for run in np.split(points, gaps):
        run = run[1:] if len(run) and np.isnan(run[0, 1]) else run
        if len(run) > 1:
            yield run


def _polygon(points: Points) -> QPolygonF:
    """Return points for Qt, the fast way: fifteen times faster than one by one."""
    data = len(points).to_bytes(4, "big") + points.astype(">f8").tobytes()
    polygon = QPolygonF()
    stream = QDataStream(QByteArray(data))
    stream >> polygon
    return polygon
