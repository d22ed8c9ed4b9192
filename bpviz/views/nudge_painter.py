"""Paints the parts of a nudge plot: its axes, its curve with the gaps, the optimiser's step."""

import math
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from bpviz.views.nudge_curve import LossCurve, Point, axis_ticks
from bpviz.views.plot_axes import RIGHT_PX, PlotAxes
from bpviz.views.theme import Theme

TOP_PX = 20
"""What is free above the axes, for the name of the step."""


def paint_ticks(painter: QPainter, theme: Theme, axes: PlotAxes, curve: LossCurve) -> None:
    """Paint ticks and their values, as many as there is room for."""
    room, low = axes.room, axes.y[0]
    if np.isfinite(curve.losses).any():
        for loss, text in axis_ticks(*axes.y, curve.loss if math.isfinite(curve.loss) else low, 5):
            axes.paint_level(painter, theme, loss, text)
    taken_px = -math.inf
    for value, text in axis_ticks(*axes.x, curve.center, 5):
        width = painter.fontMetrics().horizontalAdvance(text)
        x = axes.to_pixel((value, low)).x()
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(QPointF(x, room.bottom()), QPointF(x, room.bottom() + 3))
        painter.setPen(QColor(theme.muted))
        left = min(x - width / 2, room.right() + RIGHT_PX - width)
        if left > taken_px + 10:
            painter.drawText(QPointF(left, room.bottom() + 15), text)
            taken_px = left + width


def paint_gaps(painter: QPainter, theme: Theme, axes: PlotAxes, curve: LossCurve) -> None:
    """Mark where the loss is not finite."""
    gaps = ~np.isfinite(curve.losses)
    if not gaps.any():
        return
    places = [axes.to_pixel((value, axes.y[0])).x() for value in curve.values.tolist()]
    # Each point stands for the room halfway to its neighbours.
    ends = [places[0], *((a + b) / 2 for a, b in pairwise(places)), places[-1]]
    path = QPainterPath()
    for place in np.flatnonzero(gaps):
        width = ends[place + 1] - ends[place]
        path.addRect(QRectF(ends[place], axes.room.top(), width, axes.room.height()))
    shade = QColor(theme.not_finite)
    shade.setAlphaF(0.25)
    painter.fillPath(path.simplified(), shade)
    text = "loss not finite"
    longest = max(np.split(np.arange(len(gaps)), np.flatnonzero(~gaps)), key=len)
    middle = (ends[longest[0]] + ends[longest[-1] + 1]) / 2
    left = _within(middle, axes.room.left(), axes.room.right(), painter, text)
    painter.setPen(QColor(theme.not_finite))
    painter.drawText(QPointF(left, axes.room.top() + 14), text)


def paint_curve(painter: QPainter, theme: Theme, axes: PlotAxes, curve: LossCurve) -> None:
    """Paint the curve, broken where the loss is not finite."""
    path, joined = QPainterPath(), False
    for point in zip(curve.values.tolist(), curve.losses.tolist(), strict=True):
        is_finite = math.isfinite(point[1])
        if is_finite:
            (path.lineTo if joined else path.moveTo)(axes.to_pixel(point))
        joined = is_finite
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.muted), 2))
    painter.drawPath(path)


def paint_step(
    painter: QPainter, theme: Theme, axes: PlotAxes, text: str, end: float, point: Point | None
) -> None:
    """
    Mark where the optimiser steps to; its name stands above the axes, joined by a line.

    Parameters
    ----------
    painter, theme, axes
        What to paint with, and where.
    text
        The name.
    end
        The parameter after the step.
    point
        Where on the curve that is; None if it is beyond, or not finite.
    """
    room = axes.room
    x = axes.to_pixel((end, axes.y[0])).x() if math.isfinite(end) else room.center().x()
    edge = min(max(x, room.left()), room.right())
    painter.setPen(QColor(theme.text))
    painter.drawText(QPointF(_within(edge, 0, room.right() + RIGHT_PX, painter, text), 12), text)
    painter.setBrush(QColor(theme.text))
    if point is not None:
        at = axes.to_pixel(point)
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(at.x(), room.top() - 4), at - QPointF(0, 7))
        # An outline: a small step must not hide the dot that it starts from.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.text), 1.5))
        painter.drawPolygon([at + QPointF(*d) for d in ((-7, 0), (0, -7), (7, 0), (0, 7))])
    elif edge != x:
        sign = 1 if x > edge else -1
        tip = QPointF(edge, room.top() + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon([tip, tip + QPointF(-7 * sign, -4), tip + QPointF(-7 * sign, 4)])


def _within(middle: float, first: float, last: float, painter: QPainter, text: str) -> float:
    """Return where a text begins that is to be centred but kept between two ends."""
    width = painter.fontMetrics().horizontalAdvance(text)
    return min(max(middle - width / 2, first), last - width)
