"""The loss of every batch as a curve that grows while the network learns."""

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from bpviz.views.loss_series import (
    LossSeries,
    epoch_ticks,
    log_ticks,
    tick_text,
    ticks,
    value_range,
)
from bpviz.views.theme import DARK, Theme

# Loss of a batch; validation loss and accuracy, in orange and blue, which no common colour
# blindness confuses.
_COLORS = {
    "dark": ("#6b707f", "#f0a04b", "#62b0f5"),
    "light": ("#888c9a", "#b45a00", "#1668b8"),
}
_ACCURACY_RANGE = (-4, 104)  # percent, so that markers at 0 and 100 stay whole
_NARROWEST_BATCHES = 8  # the closest zoom
_SMALLEST_LOSS = 1e-45  # float32 has none smaller; stands for zero on the log axis


class _Legend(QWidget):
    """The plot's title and what each curve looks like; words give way when there is no room."""

    TITLE = "Loss of every batch, smoothed, and validation"
    NAMES = ("batch", "smoothed", "validation", "accuracy")
    _SWATCH_PX, _GAP_PX = 18, 14

    def __init__(self) -> None:
        super().__init__()
        self.pens = [QPen() for _ in self.NAMES]
        self.setAccessibleName(f"{self.TITLE}; accuracy on the right-hand axis")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(500, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = self.fontMetrics()
        heading = QFont(self.font())
        heading.setWeight(QFont.Weight.DemiBold)
        title_px = QFontMetrics(heading).horizontalAdvance(self.TITLE) + 2 * self._GAP_PX
        swatches_px = len(self.NAMES) * (self._SWATCH_PX + self._GAP_PX)
        words_px = sum(names.horizontalAdvance(name) + 6 for name in self.NAMES)
        painter.setPen(self.palette().color(self.foregroundRole()))
        x = 0
        if self.width() >= title_px + swatches_px + words_px:
            painter.setFont(heading)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.TITLE)
            painter.setFont(self.font())
            x = title_px
        worded = self.width() >= swatches_px + words_px
        for name, pen, marker in zip(self.NAMES, self.pens, (None, None, "o", "s"), strict=True):
            self._paint_swatch(painter, x, pen, marker)
            x += self._SWATCH_PX
            if worded:
                rect = self.rect().translated(x + 6, 0)
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, name)
                x += names.horizontalAdvance(name) + 6
            x += self._GAP_PX if worded else 5

    def _paint_swatch(self, painter: QPainter, x: int, pen: QPen, marker: str | None) -> None:
        middle = self.height() / 2
        painter.save()
        painter.setPen(pen)
        painter.drawLine(QPointF(x, middle), QPointF(x + self._SWATCH_PX, middle))
        spot = QRectF(x + self._SWATCH_PX / 2 - 3, middle - 3, 6, 6)
        painter.setPen(QPen(pen.color(), 1))
        if marker == "o":
            painter.setBrush(pen.color())
            painter.drawEllipse(spot)
        elif marker == "s":
            painter.setBrush(self.palette().window())
            painter.drawRect(spot)
        painter.restore()


class LossPlot(QWidget):
    """
    Loss of every batch, smoothed loss, validation loss and accuracy over the batch number.

    It shows all batches and grows with them until the user zooms or drags; a double click,
    Home or `fit` goes back. Zoomed in with the newest batch in view, it moves along. However
    many batches there are, a frame costs what the plot's width costs. Batches are counted from 1;
    0 stands for "before training".

    Attributes
    ----------
    log_toggled : Signal(bool)
        The loss axis became logarithmic (True) or linear.
    """

    log_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_plot")
        self.setAccessibleName("Loss over batches")
        self.setToolTip(
            "Wheel or +/- zooms, dragging pans, left and right move the crosshair,\n"
            "double click or Home shows all batches again"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.setMinimumHeight(120)
        self._theme = DARK
        self._series = LossSeries()
        self._validation = np.empty((0, 3))  # batch, loss, accuracy
        self._epochs = np.empty(0)  # batch at which each ended
        self._following = True  # all batches are shown
        self._drawn = 0  # the newest batch when last drawn
        self._crosshair: int | None = None  # batch
        self._pointer: QPointF | None = None  # in the scene, while it is over the curves
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self._draw)
        self._build_header()
        self._build_plot()
        layout = QGridLayout(self)
        layout.setContentsMargins(12, 6, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(self._header, 0, 0)
        layout.addWidget(self._view, 1, 0)
        layout.addWidget(self._empty, 1, 0, Qt.AlignmentFlag.AlignCenter)
        layout.setRowStretch(1, 1)
        self.set_theme(DARK)

    # -- what is shown ------------------------------------------------------------------------

    def append(self, losses: ArrayLike) -> None:
        """Add the losses (n,) of the next n batches; the next turn of the loop draws them."""
        self._series.append(losses)
        self._redraw.start()

    def add_validation(self, batch: int, loss: float, accuracy: float) -> None:
        """Add the validation loss and accuracy, 0 to 1, after a batch not before the last such."""
        self._validation = np.vstack([self._validation, (batch, loss, accuracy)])
        self._redraw.start()

    def mark_epoch(self, batch: int) -> None:
        """Mark the end of the next epoch at this batch."""
        self._epochs = np.append(self._epochs, batch)
        self._redraw.start()

    def clear(self) -> None:
        """Forget all batches, as before training."""
        self._series = LossSeries()
        self._validation = np.empty((0, 3))
        self._epochs = np.empty(0)
        self._crosshair = None
        self.fit()

    def fit(self) -> None:
        """Show all batches, and follow the newest."""
        self._following = True
        self._redraw.start()

    def set_log(self, on: bool) -> None:
        """Make the loss axis logarithmic, or linear."""
        self._log.setChecked(on)

    @property
    def is_log(self) -> bool:
        """Whether the loss axis is logarithmic."""
        return self._log.isChecked()

    def _change_axis(self, log: bool) -> None:
        self._draw()
        self.log_toggled.emit(log)

    def visible_batches(self) -> tuple[float, float]:
        """Return the batch numbers at the plot's left and right edge."""
        first, last = self._box.viewRange()[0]
        return float(first), float(last)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        muted, text = QColor(theme.muted), QColor(theme.text)
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, QColor(theme.panel))
        palette.setColor(palette.ColorRole.WindowText, muted)
        self.setPalette(palette)
        palette.setColor(palette.ColorRole.WindowText, text)
        self._readout.setPalette(palette)
        faint, loss, accuracy = (QColor(color) for color in _COLORS[theme.name])
        dash, dot = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
        pens = [QPen(faint, 1), QPen(text, 1.8), QPen(loss, 1, dash), QPen(accuracy, 1, dot)]
        self._legend.pens = pens
        self._legend.update()
        self._device_ratio = self.devicePixelRatioF()
        for curve, pen in zip(self._curves, pens, strict=True):
            curve.setPen(self._cosmetic(pen))
        for curve in self._curves[2:]:  # Qt is slow at smooth dashes wider than a pixel
            curve.updateData(antialias=self._device_ratio == 1)
        fills = ((loss, loss), (accuracy, QColor(theme.panel)), (faint, faint))
        for spots, (outline, fill) in zip(self._spots, fills, strict=True):
            spots.setPen(self._cosmetic(QPen(outline, 1)))
            spots.setBrush(fill)
        for line in self._cross:
            line.setPen(self._cosmetic(QPen(QColor(theme.highlight), 1)))
        self._view.setBackground(theme.panel)
        for axis in self._axes.values():
            axis.setPen(QPen(QColor(theme.line), 1))
            axis.setTextPen(muted)
            axis.setTickPen(QPen(QColor(theme.line), 1))
        self._axes["right"].setTextPen(accuracy)
        self._draw()

    def _cosmetic(self, pen: QPen) -> QPen:
        """Return the pen for curves, whose widths are in pixels of the device."""
        pen = QPen(pen.brush(), pen.widthF() * self._device_ratio, pen.style())
        pen.setCosmetic(True)
        return pen

    # -- the user's hands -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step_crosshair(-1 if event.key() == Qt.Key.Key_Left else 1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(0.8)
            case Qt.Key.Key_Minus:
                self._zoom(1.25)
            case Qt.Key.Key_Home:
                self.fit()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QColor(self._theme.highlight))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_font()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._point_at(self._view.mapToScene(event.position().toPoint()))
            case QEvent.Type.Leave:
                self._point_at(None)
            case QEvent.Type.MouseButtonDblClick:
                self.fit()
            case QEvent.Type.ToolTip:
                return True  # it would cover the curves under the crosshair; the header shows it
        return False

    def _point_at(self, scene_pos: QPointF | None) -> None:
        inside = scene_pos is not None and self._box.sceneBoundingRect().contains(scene_pos)
        self._pointer = scene_pos if inside else None
        self._crosshair = None
        self._draw_crosshair()

    def _step_crosshair(self, columns: int) -> None:
        if not len(self._series):
            return
        first, last = self.visible_batches()
        last = min(math.floor(last), len(self._series))
        batches = max(1, round((last - first) / self._columns()))
        wanted = (self._crosshair or last) + columns * batches
        self._pointer = None
        self._crosshair = min(max(wanted, math.ceil(first), 1), last)
        self._draw_crosshair()

    def _zoom(self, factor: float) -> None:
        first, last = self.visible_batches()
        centre = self._crosshair or (first + last) / 2
        self._look_at(centre + factor * (first - centre), centre + factor * (last - centre))

    def _follow_hand(self, _axes: object) -> None:
        self._look_at(*self.visible_batches())

    def _look_at(self, first: float, last: float) -> None:
        """Show these batches, as far as they exist; all of them means to follow the newest."""
        start, end = self._extent()
        width = min(max(last - first, _NARROWEST_BATCHES), end - start)
        first = min(max(first, start), end - width)
        self._following = width >= end - start
        self._box.setXRange(first, first + width, padding=0)
        self._draw()

    # -- drawing --------------------------------------------------------------------------------

    def _extent(self) -> tuple[float, float]:
        """Return the batch numbers at the edges when all batches are shown."""
        first = 0 if len(self._validation) and self._validation[0, 0] < 1 else 1
        last = max(len(self._series), first + _NARROWEST_BATCHES)
        margin = 5 * (last - first) / self._columns()  # markers at the edges stay whole
        return first - margin, last + margin

    def _shown_batches(self) -> tuple[float, float]:
        """Return the batch numbers that belong at the edges now."""
        if self._following:
            return self._extent()
        first, last = self.visible_batches()
        moved = len(self._series) - self._drawn if last >= self._drawn else 0
        return first + moved, last + moved

    def _columns(self) -> int:
        return max(1, round(float(self._box.width())))

    def _draw(self) -> None:
        if self.devicePixelRatioF() != self._device_ratio:
            self.set_theme(self._theme)  # which draws
            return
        first, last = self._shown_batches()
        columns = self._columns()
        batch, loss, accuracy = self._visible_validation(first, last, columns).T
        curves = [
            self._series.envelope(first, last, columns),
            self._series.trend(first, last, columns // 2),
            (batch, loss),
        ]
        low, high = self._value_limits([curves[0][1], loss])  # a wild loss drags the trend along
        if self._log.isChecked():
            curves = [(x, _log10(y)) for x, y in curves]
        bottom, top = _ACCURACY_RANGE
        curves.append((batch, low + (100 * accuracy - bottom) / (top - bottom) * (high - low)))
        far = 10 * (high - low)  # Qt gives up on lines that go much farther than the view
        for curve, (x, y) in zip(self._curves, curves, strict=True):
            curve.setData(x, np.clip(y, low - far, high + far), connect="finite")
        roomy = 10 * len(curves[0][0]) <= columns  # a lone loss makes no line, but a spot
        spotted = [*curves[2:], curves[0] if roomy else (np.empty(0), np.empty(0))]
        for spots, (x, y) in zip(self._spots, spotted, strict=True):
            there = np.isfinite(y)  # pyqtgraph warns of nothing but NaN
            spots.setData(x[there], y[there])
        self._drawn = len(self._series)
        self._box.setRange(xRange=(first, last), yRange=(low, high), padding=0)
        self._draw_ticks(first, last, low, high)
        self._empty.setVisible(not len(self._series))
        self._draw_crosshair()

    def _visible_validation(self, first: float, last: float, columns: int) -> NDArray[np.float64]:
        """Return batch, loss and accuracy (n, 3) in view, thinned until markers stay apart."""
        start = max(0, int(np.searchsorted(self._validation[:, 0], first)) - 1)
        stop = int(np.searchsorted(self._validation[:, 0], last, side="right")) + 1
        every = 1 + 24 * (stop - start) // columns
        start -= start % every  # the same ones while the view moves
        shown = self._validation[start:stop:every]
        newest = self._validation[-1:] if stop > len(self._validation) else shown[:0]
        return np.vstack([shown, newest])

    def _value_limits(self, values: list[NDArray[np.float64]]) -> tuple[float, float]:
        """Return the lower and upper end of the loss axis, their logarithms if that is on."""
        log = self._log.isChecked()
        ranges = [found for y in values if (found := value_range(y, log))]
        if not ranges:
            return (-1.0, 0.0) if log else (0.0, 1.0)
        low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
        if log:
            low, high = math.log10(low), math.log10(high)
        room = max(0.05 * (high - low), 0.02 * abs(high)) or 1.0
        from_zero = not log and 0 <= low < 0.3 * high
        return -0.6 * room if from_zero else low - room, high + room

    def _draw_ticks(self, first: float, last: float, low: float, high: float) -> None:
        columns, rows = self._columns(), round(float(self._box.height()))
        # Ticks right across the plot, since pyqtgraph's own grid drops labels near the ends.
        self._axes["left"].setStyle(tickLength=-columns)
        self._axes["top"].setStyle(tickLength=-rows)
        if not len(self._series):
            for side in ("top", "left", "bottom"):
                self._axes[side].setTicks([[]])
            return
        batches = [(at, f"{at:,.0f}") for at in ticks(first, last, columns // 110, whole=True)]
        self._axes["bottom"].setTicks([_named("batch", batches)])
        most = max(3, rows // 18)
        if self._log.isChecked():
            losses = [(math.log10(at), tick_text(at)) for at in log_ticks(10**low, 10**high, most)]
        else:
            losses = [(at, tick_text(at)) for at in ticks(low, high, most)]
        self._axes["left"].setTicks([losses])
        epochs = epoch_ticks(self._epochs, first, last, columns // 60)
        self._axes["top"].setTicks([_named("epoch", epochs)])

    def _draw_crosshair(self) -> None:
        count = len(self._series)
        if self._pointer is not None and count:
            self._crosshair = min(max(1, round(self._box.mapSceneToView(self._pointer).x())), count)
        at = self._crosshair
        for line in self._cross:
            line.setVisible(at is not None)
        if at is None:
            newest = _figures(self._series.loss(count)) if count else ""
            self._readout.setText(f"batch {count:,}  loss {newest}" if count else "")
            return
        loss, smoothed = self._series.loss(at), _figures(self._series.smoothed(at))
        self._readout.setText(f"at batch {at:,}: loss {_figures(loss)}, smoothed {smoothed}")
        self._cross[0].setValue(at)
        if math.isfinite(loss):
            self._cross[1].setValue(_log10(np.array([loss]))[0] if self._log.isChecked() else loss)
        else:
            self._cross[1].setVisible(False)

    # -- building -------------------------------------------------------------------------------

    def _build_header(self) -> None:
        self._legend = _Legend()
        self._readout = QLabel()
        self._readout.setObjectName("loss_readout")
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._readout.setAccessibleName("Loss at a batch")
        self._log = QCheckBox("log")
        self._log.setObjectName("loss_log")
        self._log.setAccessibleName("Logarithmic loss axis")
        self._log.setToolTip("Logarithmic loss axis (L)")
        self._log.toggled.connect(self._change_axis)
        self._empty = QLabel("No batches yet. Press Space to train.")
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._header = QHBoxLayout()
        self._header.setSpacing(10)
        self._header.addWidget(self._legend, 1)
        self._header.addWidget(self._readout)
        self._header.addWidget(self._log)

    def _build_plot(self) -> None:
        self._view: Any = pg.GraphicsView()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setViewportUpdateMode(self._view.ViewportUpdateMode.FullViewportUpdate)
        self._view.viewport().installEventFilter(self)
        grid: Any = pg.GraphicsLayout()
        grid.layout.setContentsMargins(0, 0, 0, 0)
        grid.layout.setSpacing(0)
        self._view.setCentralItem(grid)
        self._box: Any = pg.ViewBox(enableMenu=False)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.sigRangeChangedManually.connect(self._follow_hand)
        grid.addItem(self._box, 1, 1)
        self._axes: dict[str, Any] = {}
        for side, row, column in (("top", 0, 1), ("left", 1, 0), ("right", 1, 2), ("bottom", 2, 1)):
            axis: Any = pg.AxisItem(side, maxTickLength=0)
            axis.setStyle(tickAlpha=255, hideOverlappingLabels=30, tickTextOffset=4)
            axis.enableAutoSIPrefix(False)
            axis.setZValue(-200)  # grid lines behind the box, which is at -100
            grid.addItem(axis, row, column)
            self._axes[side] = axis
        for side in ("top", "left", "bottom"):
            self._axes[side].linkToView(self._box)
        self._axes["right"].setRange(*_ACCURACY_RANGE)
        self._axes["right"].setTicks([[(at, f"{at} %") for at in (0, 50, 100)]])
        self._fit_font()
        self._curves: list[Any] = [
            pg.PlotCurveItem(antialias=smooth) for smooth in (False, True, True, True)
        ]
        for curve in self._curves[:2]:  # Qt is ten times slower at wide paths than at lines
            curve.setSegmentedLineMode("on")
        self._spots: list[Any] = [
            pg.ScatterPlotItem(symbol=symbol, size=size, antialias=True)
            for symbol, size in (("o", 7), ("s", 7), ("o", 4))
        ]
        self._cross: list[Any] = [pg.InfiniteLine(angle=angle) for angle in (90, 0)]
        for item in (*self._curves, *self._spots, *self._cross):
            self._box.addItem(item, ignoreBounds=True)

    def _fit_font(self) -> None:
        """Give the axes, the readout and the curves the room that the widget's font needs."""
        font = QFont(self.font())
        if font.pixelSize() > 0:
            font.setPixelSize(max(font.pixelSize() - 2, 9))
        metrics = QFontMetrics(font)
        for axis in self._axes.values():
            axis.setTickFont(font)
        self._axes["left"].setWidth(metrics.horizontalAdvance("5·10⁻¹⁰") + 8)
        self._axes["right"].setWidth(metrics.horizontalAdvance("100 %") + 10)
        for side in ("top", "bottom"):
            self._axes[side].setHeight(metrics.height() + 5)
        widest = "at batch 1,000,000: loss 1.23e-05, smoothed 1.23e-05"
        # A fixed size, or each new number would lay out the whole window anew.
        self._readout.setFixedSize(
            self.fontMetrics().horizontalAdvance(widest), metrics.height() + 8
        )


def _log10(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log10(np.maximum(values, _SMALLEST_LOSS))


def _named(what: str, marks: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return an axis' ticks with the first one saying what they count."""
    return [(at, f"{what} {text}" if i == 0 else text) for i, (at, text) in enumerate(marks)]


def _figures(loss: float) -> str:
    """Return a loss with three figures, ``0.412``."""
    if math.isnan(loss):
        return "NaN"
    return f"{loss:#.3g}".rstrip(".").replace("inf", "∞")
