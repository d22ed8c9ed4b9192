"""How far a numerical derivative is off, by the distance of its two points."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.engine import EPSILONS, Check
from bpviz.views.lettering import sized
from bpviz.views.loss_axes import tick_text
from bpviz.views.named import named
from bpviz.views.plot_axes import FONT_PX, PlotAxes, plot_room
from bpviz.views.theme import DARK, Theme

LEFT_PX = 46
TRUNCATION, ROUNDING = "truncation →", "← rounding"
_TOP_PX = 18
_HEIGHT_PX = 132
_LOWEST = -17.0  # no relative error of float64 is smaller, but for zero


class CheckPlot(QWidget):
    """Relative errors over epsilon, both on logarithmic axes; hollow where a kink lies within."""

    def __init__(self) -> None:
        super().__init__()
        named(
            self,
            "check_plot",
            "Relative error by ε",
            "How far the numerical derivative is off, for each ε. To the right the points are so"
            " far apart that the curve bends between them (truncation); to the left so close that"
            " the last digits of the losses decide (rounding). Hollow: a kink lies between them",
        )
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._sweep: Check | None = None
        self._epsilon = float(EPSILONS[8])

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_sweep(self, sweep: Check | None) -> None:
        """Show the errors of one derivative at several epsilons."""
        self._sweep = sweep
        self.update()

    def show_epsilon(self, epsilon: float) -> None:
        """Mark an epsilon."""
        self._epsilon = epsilon
        self.update()

    def points(self) -> NDArray[np.float64]:
        """
        Return what is drawn, (n, 2): log10 of epsilon and of the error, by rising epsilon.

        Errors that are zero lie at the bottom, those that are not finite nowhere.
        """
        if self._sweep is None:
            return np.empty((0, 2))
        order = np.argsort(self._sweep.epsilons)
        errors = self._sweep.errors[order]
        with np.errstate(divide="ignore"):
            points = np.column_stack(
                [np.log10(self._sweep.epsilons[order]), np.maximum(np.log10(errors), _LOWEST)]
            )
        return points[np.isfinite(errors)]

    def to_pixel(self, point: NDArray[np.float64] | tuple[float, float]) -> QPointF:
        """Return where a point of both logarithms is painted."""
        return self._axes().to_pixel((float(point[0]), float(point[1])))

    def _limits(self) -> tuple[float, float]:
        errors = self.points()[:, 1]
        if not len(errors):
            return -12.0, 0.0
        low, high = np.floor(errors.min()), np.ceil(errors.max())
        return float(low), float(max(high, low + 2))

    def _axes(self) -> PlotAxes:
        ends = float(np.log10(EPSILONS[-1])), float(np.log10(EPSILONS[0]))
        return PlotAxes(plot_room(self, LEFT_PX, _TOP_PX), ends, self._limits())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized(painter.font(), FONT_PX))
        self._paint_axes(painter)
        self._paint_errors(painter)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        theme, axes = self._theme, self._axes()
        room, (low, high) = axes.room, axes.y
        every = max(1, -(-int(high - low) // 4))
        for exponent in range(int(low), int(high) + 1, every):
            text = "0" if exponent == _LOWEST else tick_text(10.0**exponent)
            axes.paint_level(painter, theme, exponent, text)
        painter.setPen(QColor(theme.muted))
        for exponent in (-12, -9, -6, -3):
            text = tick_text(10.0**exponent)
            x = self.to_pixel((exponent, low)).x()
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QPointF(x - width / 2, room.bottom() + 15), text)
        width = painter.fontMetrics().horizontalAdvance("ε")
        painter.drawText(QPointF(room.right() - width, room.bottom() + 15), "ε")
        painter.drawText(QPointF(room.left(), 12), ROUNDING)
        width = painter.fontMetrics().horizontalAdvance(TRUNCATION)
        painter.drawText(QPointF(room.right() - width, 12), TRUNCATION)

    def _paint_errors(self, painter: QPainter) -> None:
        theme, room = self._theme, self._axes().room
        x = self.to_pixel((np.log10(self._epsilon), 0)).x()
        painter.setPen(QPen(QColor(theme.highlight), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        if self._sweep is None:
            return
        points = self.points()
        path = QPainterPath()
        for number, point in enumerate(points):
            at = self.to_pixel(point)
            if number:
                path.lineTo(at)
            else:
                path.moveTo(at)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.muted), 1.5))
        painter.drawPath(path)
        kinks = np.log10(self._sweep.epsilons[self._sweep.kinked])
        for point in points:
            marked = abs(point[0] - np.log10(self._epsilon)) < 0.01
            colour = QColor(theme.highlight if marked else theme.text)
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(QColor(theme.ground) if point[0] in kinks else colour)
            size = 4.5 if marked else 2.0
            painter.drawEllipse(self.to_pixel(point), size, size)
