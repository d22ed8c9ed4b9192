"""Paints a layer's neurons: how active each is, and what its ring and its arrow tell."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from bpviz.engine import Array
from bpviz.views.colours import HIGHEST, LOWEST, NOT_FINITE, Levels, signed_levels, strongest
from bpviz.views.edge_image import packed
from bpviz.views.geometry import Column, arrow_place
from bpviz.views.pooling import strongest_of_blocks
from bpviz.views.scene import Scene
from bpviz.views.shades import shade_table, shades

# From the faintest delta of a layer to its strongest, in powers of ten.
DELTA_DECADES = 2.0
# Neurons closer than this have no arrows.
ARROW_SPACING_PX = 9.0
_STRIP_WIDTH_PX = 5.0
_SIDE_STRIP_PX = 3.0
_FAINTEST_ARROW = 0.06


def delta_levels(deltas: Array) -> Levels:
    """Return the signed level of each delta of a layer : (n,), the largest being strongest."""
    return signed_levels(deltas, strongest(deltas), DELTA_DECADES)


def arrow_strengths(levels: Levels) -> NDArray[np.float64]:
    """
    Return how plainly each neuron is told which way its z should go to lower the loss.

    Parameters
    ----------
    levels : (n,)
        Of `delta_levels`.

    Returns
    -------
    (n,)
        Up above 0, down below: against the sign of delta. 0 where it hardly matters, 1 or -1 for
        the largest of the layer.
    """
    strength = (levels.astype(np.int64) - LOWEST) // 2 / ((HIGHEST - LOWEST) // 2)
    strength[(strength < _FAINTEST_ARROW) | (levels == NOT_FINITE)] = 0
    signs: NDArray[np.float64] = np.where(levels % 2, -strength, strength)
    return signs


def paint_column(painter: QPainter, scene: Scene, number: int) -> None:
    """Paint the neurons of a column, 0 being the inputs."""
    column = scene.layout.columns[number]
    deltas = scene.deltas(number)
    rings = None if deltas is None else delta_levels(deltas)
    if column.is_strip:
        _paint_strip(painter, scene, number, rings)
    elif scene.activations(number) is None:
        _paint_hollow(painter, scene, column)
    else:
        _paint_discs(painter, scene, number, rings)


def _paint_strip(painter: QPainter, scene: Scene, number: int, deltas: Levels | None) -> None:
    column, theme = scene.layout.columns[number], scene.theme
    a = scene.activations(number)
    top, height = column.y[0] - column.spacing / 2, column.spacing * len(column.y)
    ratio = painter.device().devicePixelRatioF()
    rect = QRectF(column.x - _STRIP_WIDTH_PX / 2, top, _STRIP_WIDTH_PX, height)
    if a is None:
        painter.fillRect(rect, QColor(theme.ground))
    else:
        starts = _row_starts(len(a), height * ratio)
        strongest_a = strongest_of_blocks(a[:, None], starts, np.zeros(1, np.int64))[:, 0]
        painter.drawImage(rect, _stripes(shades(strongest_a), shade_table(theme)))
    if deltas is not None:
        beside = QRectF(rect.right() + 1, top, _SIDE_STRIP_PX, height)
        # The higher the level, the larger the magnitude.
        highest = np.maximum.reduceat(deltas, _row_starts(len(deltas), height * ratio))
        painter.drawImage(beside, _stripes(highest, packed(True, theme)))
    style = Qt.PenStyle.DashLine if a is None else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(theme.line if a is not None else theme.no_gradient), 1, style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def _row_starts(neurons: int, room_px: float) -> NDArray[np.int64]:
    """Return the first neuron of each row : (rows,), of which no more have room than pixels."""
    rows = min(max(int(room_px), 1), neurons)
    return np.arange(rows) * neurons // rows


def _stripes(values: NDArray[np.uint8], table: list[int]) -> QImage:
    image = QImage(values.data, 1, len(values), 1, QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    return image.copy()  # the first one only borrows the array's memory


def _paint_hollow(painter: QPainter, scene: Scene, column: Column) -> None:
    pen = QPen(QColor(scene.theme.no_gradient), 1.3)
    pen.setDashPattern([2.2, 2.2])
    painter.setPen(pen)
    painter.setBrush(QColor(scene.theme.ground))
    for y in column.y.tolist():
        if -column.radius <= y <= scene.size.height() + column.radius:
            painter.drawEllipse(QPointF(column.x, y), column.radius - 0.5, column.radius - 0.5)


def _paint_discs(painter: QPainter, scene: Scene, number: int, deltas: Levels | None) -> None:
    column, theme = scene.layout.columns[number], scene.theme
    a = scene.activations(number)
    assert a is not None
    palette = shade_table(theme)
    levels: Levels | None = deltas
    table: Sequence[int] = packed(True, theme)
    if levels is None and number and scene.bias_levels:
        levels, table = scene.bias_levels[number - 1], scene.colour_table
    arrows = None
    if deltas is not None and column.spacing >= ARROW_SPACING_PX:
        arrows = arrow_strengths(deltas).tolist()
    plain_ring = QColor(theme.muted if number == 0 else theme.no_gradient)
    ground = QColor(theme.ground)
    ring_px = min(max(column.radius * 0.22, 0.6), 3.5)
    for row, (y, fill) in enumerate(zip(column.y.tolist(), shades(a).tolist(), strict=True)):
        if not -column.radius <= y <= scene.size.height() + column.radius:
            continue
        ring = plain_ring if levels is None else QColor.fromRgba(table[levels[row]])
        # A gap of ground keeps the disc apart from the edges that end in it. The ring is a disc,
        # too: Qt takes four times as long for an outline.
        centre = QPointF(column.x, y)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, radius in (
            (ground, column.radius + 1.5),
            (ring, column.radius),
            (QColor.fromRgb(palette[fill]), column.radius - ring_px),
        ):
            painter.setBrush(colour)
            painter.drawEllipse(centre, radius, radius)
        if arrows is not None and arrows[row]:
            strength = arrows[row]
            size = round(min(6 + 8 * abs(strength), 0.9 * column.spacing))
            colour = QColor(theme.negative if strength > 0 else theme.positive)
            colour.setAlphaF(0.3 + 0.7 * abs(strength))
            painter.setPen(QPen(ground, 1))
            painter.setBrush(colour)
            place = QPointF(*arrow_place(column, y, scene.tiny))
            painter.drawPolygon(_arrow(size, strength > 0).translated(place))


@cache
def _arrow(size_px: int, up: bool) -> QPolygonF:
    """Return an arrow about the origin."""
    head, stem, half = 0.32 * size_px + 1, 1.2, size_px / 2
    points = [(0, -half), (head, -half + 1.3 * head), (stem, -half + 1.3 * head), (stem, half)]
    points += [(-x, y) for x, y in points[:0:-1]]
    return QPolygonF([QPointF(x, y if up else -y) for x, y in points])
