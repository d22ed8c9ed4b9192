"""The loss of every batch as a curve that grows while the network learns."""

import math

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from bpviz.views.batch_range import BatchRange
from bpviz.views.epoch_ends import EpochEnds
from bpviz.views.loss_axes import loss_text
from bpviz.views.loss_chart import LossChart
from bpviz.views.loss_header import LossHeader
from bpviz.views.loss_series import LossSeries, Reading, thinned
from bpviz.views.theme import DARK, Theme


class LossPlot(QWidget):
    """
    Loss of every batch, smoothed loss, validation loss and accuracy over the batch number.

    It shows all batches and grows with them until the user zooms or drags; a double click,
    Home or `fit` goes back. Zoomed in with the newest batch in view, it moves along. However
    many batches there are, a frame costs what the plot's width costs. Batches are counted from 1;
    0 stands for "before training".
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loss_plot")
        self.setAccessibleName("Loss over batches")
        self.setToolTip(
            "Wheel or +/- zooms, dragging pans, left and right move the crosshair,\n"
            "double click or Home shows all batches again.\n"
            "In the middle of a long course, the lowest and highest loss of neighbours are kept."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.setMinimumHeight(120)
        self._series = LossSeries()
        self._validation = np.empty((0, 3))  # batch, loss, accuracy
        self._epochs = EpochEnds()
        self._range = BatchRange()
        self._aside: tuple[LossSeries, EpochEnds, BatchRange] | None = None
        self._crosshair: int | None = None  # batch
        self._pointer: QPointF | None = None  # in the chart's viewport, while it is over it
        self._redraw = QTimer(self, singleShot=True, interval=0)
        self._redraw.timeout.connect(self._draw)

        self._header = LossHeader()
        self._header.log.toggled.connect(self._draw)
        self._empty = QLabel("No batches yet. Press Space to train.")
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._chart = LossChart()
        self._chart.installEventFilter(self)
        self._chart.look_requested.connect(self._look_at)

        layout = QGridLayout(self)
        layout.setContentsMargins(12, 6, 8, 4)
        layout.setSpacing(2)
        layout.addWidget(self._header, 0, 0)
        layout.addWidget(self._chart, 1, 0)
        layout.addWidget(self._empty, 1, 0, Qt.AlignmentFlag.AlignCenter)
        layout.setRowStretch(1, 1)
        self._chart.set_font(self.font())
        self.set_theme(DARK)

    # -- what is shown ------------------------------------------------------------------------

    def append(self, losses: ArrayLike, first: int | None = None) -> None:
        """
        Add the losses (n,) of the next n batches; the next turn of the loop draws them.

        ``first`` is the number of the first of them, None for the batch after the newest. Those
        that are here already are skipped; ValueError if one between is missing.
        """
        known = 0 if first is None else len(self._series) + 1 - first
        if known < 0:
            raise ValueError(f"batch {first} cannot come after batch {len(self._series)}")
        self._series.append(np.asarray(losses)[known:])
        self._redraw.start()

    def add_validation(self, batch: int, loss: float, accuracy: float) -> None:
        """Add the validation loss and accuracy, 0 to 1, after a batch not before the last such."""
        self._validation = np.vstack([self._validation, (batch, loss, accuracy)])
        self._redraw.start()

    def mark_epochs(self, ends: ArrayLike) -> None:
        """Mark the ends of the next n epochs at these batches (n,); skip those marked already."""
        batches = np.asarray(ends)
        self._epochs.extend(batches[batches > self._epochs.last])
        self._redraw.start()

    def clear(self, validates: bool = True) -> None:
        """Forget all batches, as before training, which is to be validated or not."""
        self._header.legend.show_validation(validates)
        self._chart.show_accuracy_axis(validates)
        self._series = LossSeries()
        self._validation = np.empty((0, 3))
        self._epochs = EpochEnds()
        self._range = BatchRange()
        self._crosshair = None
        self._redraw.start()

    def put_aside(self) -> None:
        """Keep the losses, the epochs and the stretch in view for `take_back`; then `clear`."""
        self._aside = self._series, self._epochs, self._range

    def take_back(self) -> None:
        """Show again, after `clear`, what was put aside. Validations are to be added anew."""
        assert self._aside is not None
        (self._series, self._epochs, self._range), self._aside = self._aside, None
        self._redraw.start()

    def fit(self) -> None:
        """Show all batches, and follow the newest."""
        self._range.show_all()
        self._redraw.start()

    def set_log(self, on: bool) -> None:
        """Make the loss axis logarithmic, or linear."""
        self._header.log.setChecked(on)

    @property
    def is_log(self) -> bool:
        """Whether the loss axis is logarithmic."""
        return self._header.log.isChecked()

    def visible_batches(self) -> tuple[float, float]:
        """Return the batch numbers at the plot's left and right edge."""
        return self._range.first, self._range.last

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        palette = self.palette()
        palette.setColor(palette.ColorRole.Window, QColor(theme.panel))
        palette.setColor(palette.ColorRole.WindowText, QColor(theme.muted))
        self.setPalette(palette)
        self._header.set_theme(theme)
        self._chart.set_theme(theme)
        self._draw()

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._point_at(event.position())
            case QEvent.Type.Leave:
                self._point_at(None)
            case QEvent.Type.MouseButtonDblClick:
                self.fit()
            case QEvent.Type.ToolTip:
                return True  # it would cover the curves under the crosshair; the header shows it
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def _point_at(self, position: QPointF | None) -> None:
        self._pointer = position
        self._crosshair = None
        self._draw_crosshair()

    def _step_crosshair(self, columns: int) -> None:
        if not len(self._series):
            return
        first, last = self.visible_batches()
        last = min(math.floor(last), len(self._series))
        batches = max(1, round((last - first) / self._chart.columns))
        wanted = (self._crosshair or last) + columns * batches
        self._pointer = None
        self._crosshair = min(max(wanted, math.ceil(first), 1), last)
        self._draw_crosshair()

    def _zoom(self, factor: float) -> None:
        self._range.zoom(factor, self._crosshair)
        self._draw()

    def _look_at(self, first: float, last: float) -> None:
        self._range.look_at(first, last)
        self._draw()

    # -- drawing --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._chart.set_font(self.font())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setPen(QColor(self._theme.highlight))
                painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _draw(self) -> None:
        validated, columns = self._validation, self._chart.columns
        from_zero = len(validated) > 0 and validated[0, 0] < 1
        self._range.grow(len(self._series), from_zero, columns)
        first, last = self.visible_batches()
        batch, loss, accuracy = thinned(validated, first, last, columns).T
        curves = [
            self._series.envelope(first, last, columns),
            self._series.trend(first, last, columns // 3),
            (batch, loss),
            (batch, accuracy),
        ]
        self._chart.draw(curves, (first, last), self._epochs, self.is_log)
        self._empty.setVisible(not len(self._series))
        self._draw_crosshair()

    def _draw_crosshair(self) -> None:
        count = len(self._series)
        under = self._chart.batch_at(self._pointer) if self._pointer is not None else None
        if under is not None and count:
            self._crosshair = min(max(1, round(under)), count)
        at = self._crosshair
        if at is None:
            newest = (
                f"batch {count:,}  loss {loss_text(self._series.reading(count).high)}"
                if count
                else ""
            )
            self._header.show_reading(newest)
            self._chart.show_crosshair(None)
            return
        reading = self._series.reading(at)
        self._header.show_reading(*_words(at, reading))
        self._chart.show_crosshair(at, (reading.low + reading.high) / 2)


def _words(batch: int, reading: Reading) -> tuple[str, str]:
    """Return the loss in words, and more where there is room for it."""
    first, last, low, high, smoothed = reading
    if first == last:
        text = f"at batch {batch:,}: loss {loss_text(low)}"
    else:
        text = f"batch ≈ {batch:,}: {loss_text(low)}–{loss_text(high)}"
    return text, f", smoothed {loss_text(smoothed)}"
