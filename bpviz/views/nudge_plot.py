"""The loss of a batch along one parameter, with the line whose slope is the gradient."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.lettering import sized
from bpviz.views.named import named
from bpviz.views.nudge_curve import LossCurve, Point, finite, loss_limits, tangent
from bpviz.views.nudge_painter import TOP_PX, paint_curve, paint_gaps, paint_step, paint_ticks
from bpviz.views.numbers import signed
from bpviz.views.plot_axes import FONT_PX, PlotAxes, plot_room
from bpviz.views.text_line import value_colour
from bpviz.views.theme import DARK, Theme

LEFT_PX = 56
_HEIGHT_PX = 152


class NudgePlot(QWidget):
    """
    The curve, a dot where the parameter stands, the tangent, the optimiser's step, a value tried.

    A ring marks where the gradient was taken once the parameter stands elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()
        named(
            self,
            "nudge_plot",
            "Loss of this batch along the weight",
            "The loss of this batch for other values of this one number. The straight line has"
            " the gradient as its slope; the diamond is where the optimiser steps to",
        )
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._curve: LossCurve | None = None
        self._note = ""
        self._now: float | None = None
        self._tried: Point | None = None
        self._held = False
        self._low = self._high = 0.0

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_curve(self, curve: LossCurve | None, note: str) -> None:
        """Show another curve, or say why there is none."""
        self._curve, self._note = curve, note
        if curve is not None:
            self._low, self._high = loss_limits(curve)
        self.update()

    def show_now(self, value: float | None) -> None:
        """Show where the parameter stands when it is not nudged. May be called at every frame."""
        if value != self._now:
            self._now = value
            self._refresh()

    def show_tried(self, tried: Point | None, held: bool) -> None:
        """Show a value tried and its loss, and whether the parameter has this value now."""
        if (tried, held) != (self._tried, self._held):
            self._tried, self._held = tried, held
            self._refresh()

    def _refresh(self) -> None:
        if self._curve is not None:
            self.update()

    def note(self) -> str:
        """Return what is said in place of the curve, empty where there is one."""
        return self._note if self._curve is None else ""

    def curve_points(self) -> NDArray[np.float64]:
        """Return the points of the curve that are drawn, (n, 2): values and finite losses."""
        if self._curve is None:
            return np.empty((0, 2))
        points = np.column_stack([self._curve.values, self._curve.losses]).astype(np.float64)
        return points[np.isfinite(points[:, 1])]

    def center_point(self) -> Point | None:
        """Return where the gradient was taken, if its loss is finite."""
        curve = self._curve
        return None if curve is None else finite((curve.center, curve.loss))

    def now_point(self) -> Point | None:
        """Return where on the curve the parameter stands."""
        if self._curve is None or self._now is None:
            return None
        return finite((self._now, self._curve.loss_at(self._now)))

    def step_point(self) -> Point | None:
        """Return where on the curve the optimiser's step ends, None if that is beyond it."""
        curve = self._curve
        if curve is None or curve.step is None:
            return None
        value = curve.center + curve.step
        return finite((value, curve.loss_at(value)))

    def step_text(self) -> str:
        """Return what is written of the optimiser's step."""
        if self._curve is None or self._curve.step is None:
            return ""
        step = self._curve.step
        beyond = math.isfinite(step) and not self._curve.covers(self._curve.center + step)
        return f"optimiser’s step {signed(step)}{', beyond' if beyond else ''}"

    def tried_point(self) -> Point | None:
        """Return the value tried and its loss, if both are in sight."""
        tried = self._tried
        if self._curve is None or tried is None or not self._curve.covers(tried[0]):
            return None
        return tried if self._low <= tried[1] <= self._high else None

    def tangent(self) -> tuple[Point, Point] | None:
        """Return both ends of the line through the center that has the gradient as its slope."""
        return None if self._curve is None else tangent(self._curve, self._low, self._high)

    def value_at(self, x_px: float) -> float | None:
        """Return the parameter's value under a pixel."""
        return None if self._curve is None else self._axes(self._curve).value_at(x_px)

    def to_pixel(self, point: Point) -> QPointF:
        """Return where a point is painted. There must be a curve."""
        assert self._curve is not None
        return self._axes(self._curve).to_pixel(point)

    def _axes(self, curve: LossCurve) -> PlotAxes:
        ends = float(curve.values[0]), float(curve.values[-1])
        return PlotAxes(plot_room(self, LEFT_PX, TOP_PX), ends, (self._low, self._high))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, curve = QPainter(self), self._theme, self._curve
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if curve is None:
            painter.setPen(QColor(theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), int(flags), self._note)
            painter.end()
            return
        painter.setFont(sized(painter.font(), FONT_PX))
        axes = self._axes(curve)
        paint_ticks(painter, theme, axes, curve)
        paint_gaps(painter, theme, axes, curve)
        paint_curve(painter, theme, axes, curve)
        if tangent := self.tangent():
            colour = QColor(value_colour(theme, curve.slope))
            painter.setPen(QPen(colour, 2, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(*(axes.to_pixel(point) for point in tangent))
        self._paint_dots(painter, axes)
        if curve.step is not None:
            end = curve.center + curve.step
            paint_step(painter, theme, axes, self.step_text(), end, self.step_point())
        painter.end()

    def _paint_dots(self, painter: QPainter, axes: PlotAxes) -> None:
        theme, center, now = self._theme, self.center_point(), self.now_point()
        if center and now and now != center:
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.setBrush(QColor(theme.ground))
            painter.drawEllipse(axes.to_pixel(center), 3.5, 3.5)
        if now := now or center:
            painter.setPen(QPen(QColor(theme.ground), 1))
            painter.setBrush(QColor(theme.text))
            painter.drawEllipse(axes.to_pixel(now), 4, 4)
        if tried := self.tried_point():
            at = axes.to_pixel(tried)
            painter.setPen(QPen(QColor(theme.highlight), 1, Qt.PenStyle.DotLine))
            painter.drawLine(at, QPointF(at.x(), axes.room.bottom()))
            painter.setPen(QPen(QColor(theme.highlight), 2))
            painter.setBrush(QColor(theme.highlight if self._held else theme.ground))
            painter.drawEllipse(at, 4.5, 4.5)
