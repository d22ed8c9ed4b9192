"""The curves, axes and crosshair of the loss plot, as pyqtgraph paints them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPen

from bpviz.views.loss_axes import (
    Ticks,
    batch_ticks,
    epoch_ticks,
    loss_limits,
    loss_ticks,
    on_axis,
)
from bpviz.views.loss_legend import curve_pens
from bpviz.views.loss_series import Curve
from bpviz.views.theme import DARK, Theme

_ACCURACY_RANGE = (-4, 104)  # percent, so that markers at 0 and 100 stay whole


class LossChart:
    """
    Loss on the left axis and accuracy on the right one, over batches below and epochs above.

    Attributes
    ----------
    view
        The widget that shows it.
    moved_by_hand
        pyqtgraph's signal that the wheel or dragging has changed `batches`.
    """

    def __init__(self) -> None:
        self.view: Any = pg.GraphicsView()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setViewportUpdateMode(self.view.ViewportUpdateMode.FullViewportUpdate)
        grid: Any = pg.GraphicsLayout()
        grid.layout.setContentsMargins(0, 0, 0, 0)
        grid.layout.setSpacing(0)
        self.view.setCentralItem(grid)
        self._box: Any = pg.ViewBox(enableMenu=False)
        self._box.setMouseEnabled(x=True, y=False)
        self.moved_by_hand = self._box.sigRangeChangedManually
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
        self._log = False
        self.set_theme(DARK)

    @property
    def columns(self) -> int:
        """The width between the axes in pixels, at least 1."""
        return max(1, round(float(self._box.width())))

    @property
    def batches(self) -> tuple[float, float]:
        """The batch numbers at the left and right edge."""
        first, last = self._box.viewRange()[0]
        return float(first), float(last)

    def batch_at(self, position: QPointF) -> float | None:
        """Return the batch at a position in the view's viewport, None beside the curves."""
        at = self.view.mapToScene(position.toPoint())
        if not self._box.sceneBoundingRect().contains(at):
            return None
        return float(self._box.mapSceneToView(at).x())

    def set_font(self, font: QFont) -> None:
        """Write at the ticks a little smaller than in this font, and give them room for that."""
        font = QFont(font)
        if font.pixelSize() > 0:
            font.setPixelSize(max(font.pixelSize() - 2, 9))
        metrics = QFontMetrics(font)
        for axis in self._axes.values():
            axis.setTickFont(font)
        self._axes["left"].setWidth(metrics.horizontalAdvance("5·10⁻¹⁰") + 8)
        self._axes["right"].setWidth(metrics.horizontalAdvance("100 %") + 10)
        for side in ("top", "bottom"):
            self._axes[side].setHeight(metrics.height() + 5)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self._device_ratio = self.view.devicePixelRatioF()
        pens = curve_pens(theme)
        for curve, pen in zip(self._curves, pens, strict=True):
            curve.setPen(self._cosmetic(pen))
        for curve in self._curves[2:]:  # Qt is slow at smooth dashes wider than a pixel
            curve.updateData(antialias=self._device_ratio == 1)
        outlines = (theme.validation, theme.accuracy, theme.batch_loss)
        fills = (theme.validation, theme.panel, theme.batch_loss)
        for spots, outline, fill in zip(self._spots, outlines, fills, strict=True):
            spots.setPen(self._cosmetic(QPen(QColor(outline), 1)))
            spots.setBrush(QColor(fill))
        for line in self._cross:
            line.setPen(self._cosmetic(QPen(QColor(theme.highlight), 1)))
        self.view.setBackground(theme.panel)
        for axis in self._axes.values():
            axis.setPen(QPen(QColor(theme.line), 1))
            axis.setTextPen(QColor(theme.muted))
            axis.setTickPen(QPen(QColor(theme.line), 1))
        self._axes["right"].setTextPen(QColor(theme.accuracy))

    def _cosmetic(self, pen: QPen) -> QPen:
        """Return the pen for curves, whose widths are in pixels of the device."""
        pen = QPen(pen.brush(), pen.widthF() * self._device_ratio, pen.style())
        pen.setCosmetic(True)
        return pen

    def draw(
        self,
        curves: Sequence[Curve],
        batches: tuple[float, float],
        epochs: NDArray[np.float64],
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
        epochs : (n,)
            Batches at which the epochs ended.
        log
            Whether the loss axis is logarithmic.
        """
        if self.view.devicePixelRatioF() != self._device_ratio:
            self.set_theme(self._theme)
        self._log = log
        losses, smoothed, validation, (batch, accuracy) = curves
        # Without the smoothed loss, which a wild one drags along.
        low, high = loss_limits([losses[1], validation[1]], log)
        bottom, top = _ACCURACY_RANGE
        level = low + (100 * accuracy - bottom) / (top - bottom) * (high - low)
        lines = [(x, on_axis(y, log)) for x, y in (losses, smoothed, validation)]
        lines.append((batch, level))
        far = 10 * (high - low)  # Qt gives up on lines that go much farther than the view
        for curve, (x, y) in zip(self._curves, lines, strict=True):
            curve.setData(x, np.clip(y, low - far, high + far), connect="finite")
        roomy = 10 * len(losses[0]) <= self.columns  # a lone loss makes no line, but a spot
        spotted = [*lines[2:], lines[0] if roomy else (np.empty(0), np.empty(0))]
        for spots, (x, y) in zip(self._spots, spotted, strict=True):
            there = np.isfinite(y)  # pyqtgraph warns of nothing but NaN
            spots.setData(x[there], y[there])
        self._box.setRange(xRange=batches, yRange=(low, high), padding=0)
        if len(losses[0]):
            self._draw_ticks(batches, (low, high), epochs)
        else:
            for side in ("left", "bottom", "top"):
                self._axes[side].setTicks([[]])

    def _draw_ticks(
        self,
        batches: tuple[float, float],
        limits: tuple[float, float],
        epochs: NDArray[np.float64],
    ) -> None:
        columns, rows = self.columns, round(float(self._box.height()))
        # Ticks right across the plot, since pyqtgraph's own grid drops labels near the ends.
        self._axes["left"].setStyle(tickLength=-columns)
        self._axes["top"].setStyle(tickLength=-rows)
        self._axes["left"].setTicks([loss_ticks(*limits, max(3, rows // 18), self._log)])
        below = batch_ticks(*batches, columns // 110)
        self._axes["bottom"].setTicks([_named("batch", below)])
        above = epoch_ticks(epochs, *batches, columns // 60)
        self._axes["top"].setTicks([_named("epoch", above)])

    def show_crosshair(self, batch: int | None, loss: float = math.nan) -> None:
        """Show it at a batch and a loss; None: not at all. A loss not finite has no line."""
        vertical, horizontal = self._cross
        vertical.setVisible(batch is not None)
        horizontal.setVisible(math.isfinite(loss))
        if batch is not None:
            vertical.setValue(batch)
        if math.isfinite(loss):
            horizontal.setValue(float(on_axis(np.array(loss), self._log)))


def _named(what: str, ticks: Ticks) -> Ticks:
    """Return an axis' ticks with the first one saying what they count."""
    return [(at, f"{what} {text}" if i == 0 else text) for i, (at, text) in enumerate(ticks)]
