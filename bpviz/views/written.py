"""Paints what a tiny network has room for: broad edges, and the numbers of all its parts."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPen,
    QPolygonF,
)

from bpviz.views.card import scaled_font
from bpviz.views.colours import HIGHEST, LOWEST
from bpviz.views.geometry import Edge, arrow_place, curve
from bpviz.views.numbers import signed
from bpviz.views.scene import Scene
from bpviz.views.shades import shade_table, shades

# Places along a curve, of 65 points from its start, at which its number may stand: best near a
# third of the way, so that numbers of crossing curves keep clear of each other.
_PLACES = sorted(range(10, 55), key=lambda place: min(abs(place - 20), abs(place - 44)))
_LINE_PX = 14.0
# Of the faintest edge and of the strongest.
_WIDTHS_PX = 1.2, 5.0
_SIZE, _WEIGHT = 0.85, QFont.Weight.DemiBold


def paint_edges(painter: QPainter, scene: Scene) -> None:
    """Paint each edge once more, broader the stronger it is: there is room for it."""
    edges = [
        (int(level), Edge(pair, start, end))
        for pair, levels in enumerate(scene.edge_levels)
        if levels is not None
        for (start, end), level in np.ndenumerate(levels)
    ]
    for level, edge in sorted(edges):
        width = _WIDTHS_PX[0]
        if LOWEST <= level <= HIGHEST:
            width += (_WIDTHS_PX[1] - width) * (level - LOWEST) / (HIGHEST - LOWEST)
        painter.setPen(QPen(QColor.fromRgba(scene.colour_table[level]), width))
        points = curve(scene.layout, edge)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))


def paint_weights(painter: QPainter, scene: Scene) -> None:
    """Write each weight on its curve. One that would cover another is left out."""
    if scene.state is None:
        return
    plain = painter.font()
    painter.setFont(scaled_font(painter.font(), 0.85, QFont.Weight.Medium))
    metrics = painter.fontMetrics()
    taken = [box for number in range(len(scene.layout.columns)) for box in _below(scene, number)]
    taken += [
        QRectF(x - 6, y - 8, 12, 16)
        for column in scene.layout.columns[1:]
        for x, y in (arrow_place(column, y, tiny=True) for y in column.y.tolist())
    ]
    for pair, parameters in enumerate(scene.state.parameters):
        for start, weights in enumerate(parameters.W):
            for end, weight in enumerate(weights):
                text = signed(float(weight), scene.state.digits)
                width = metrics.horizontalAdvance(text) + 8
                points = curve(scene.layout, Edge(pair, start, end))
                for place in _PLACES:
                    x, y = points[place].tolist()
                    box = QRectF(x - width / 2, y - _LINE_PX / 2, width, _LINE_PX)
                    if not (any(map(box.intersects, taken)) or _touches_neuron(box, scene)):
                        taken.append(box)
                        _veil(painter, scene, box)
                        painter.setPen(QColor(scene.theme.text))
                        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                        break
    painter.setFont(plain)


def _touches_neuron(box: QRectF, scene: Scene) -> bool:
    for column in scene.layout.columns:
        dx = max(box.left() - column.x, 0.0, column.x - box.right())
        if dx < column.radius + 2:
            dy = np.maximum(np.maximum(box.top() - column.y, column.y - box.bottom()), 0)
            if (np.hypot(dx, dy) < column.radius + 2).any():
                return True
    return False


def _below(scene: Scene, number: int) -> list[QRectF]:
    """Return the boxes below a column's discs, if its values do not fit into the discs."""
    a, column = scene.activations(number), scene.layout.columns[number]
    if a is None or scene.state is None:
        return []
    metrics = QFontMetricsF(scaled_font(QGuiApplication.font(), _SIZE, _WEIGHT))
    widths = [metrics.horizontalAdvance(signed(float(v), scene.state.digits)) + 6 for v in a]
    if max(widths) < 1.85 * column.radius:
        return []
    return [
        QRectF(column.x - width / 2, y + column.radius + 2, width, _LINE_PX)
        for y, width in zip(column.y.tolist(), widths, strict=True)
    ]


def paint_activations(painter: QPainter, scene: Scene) -> None:
    """Write each neuron's activation into its disc, or below it where that is too small."""
    if scene.state is None:
        return
    plain, theme = painter.font(), scene.theme
    painter.setFont(scaled_font(plain, _SIZE, _WEIGHT))
    for number, column in enumerate(scene.layout.columns):
        a = scene.activations(number)
        if a is None:
            continue
        below = _below(scene, number)
        for row, (y, shade) in enumerate(zip(column.y.tolist(), shades(a).tolist(), strict=True)):
            if below:
                box, colour = below[row], QColor(theme.text)
                _veil(painter, scene, box)
            else:
                half = column.radius
                box = QRectF(column.x - half, y - _LINE_PX / 2, 2 * half, _LINE_PX)
                # White and black, whichever theme: the disc is the ground here.
                is_light = QColor.fromRgb(shade_table(theme)[shade]).lightness() > 127
                colour = QColor("#101218" if is_light else "#ffffff")
            painter.setPen(colour)
            text = signed(float(a[row]), scene.state.digits)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(plain)


def _veil(painter: QPainter, scene: Scene, box: QRectF) -> None:
    veil = QColor(scene.theme.ground)
    veil.setAlpha(225)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(veil)
    painter.drawRoundedRect(box, 4, 4)
