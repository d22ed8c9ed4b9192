"""Paints a network in layers: the stage behind the edges, and all that stands on them."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from bpviz.views.captions import paint_captions
from bpviz.views.card import paint_card
from bpviz.views.ends import paint_inputs, paint_outputs, paint_picture
from bpviz.views.geometry import CAPTION_PX, FOOTER_PX, Edge, Neuron, Part, curve
from bpviz.views.neurons import paint_column
from bpviz.views.readout import read_out
from bpviz.views.scene import Scene
from bpviz.views.written import paint_activations, paint_edges, paint_weights

_BAND_PX = 9.0


def paint_behind(painter: QPainter, scene: Scene) -> None:
    """Paint what lies behind the edges: a soft light on the part of the network at work."""
    if scene.working is None:
        return
    columns, theme = scene.layout.columns, scene.theme
    top, height = CAPTION_PX - 4, scene.size.height() - CAPTION_PX - FOOTER_PX + 6
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    kind, layer = scene.working
    pairs = range(layer, layer + 1)
    if kind in ("loss", "update"):
        pairs = range(0 if kind == "loss" else len(columns) - 1)
    for pair in pairs:
        left, right = columns[pair], columns[pair + 1]
        painter.fillRect(QRectF(left.x, top, right.x - left.x, height), _tint(theme.highlight, 20))
    if kind == "update":
        return
    for number, column in enumerate(columns):
        if scene.is_at_work(number):
            half = max(column.radius, 4.0) + _BAND_PX
            painter.setPen(QPen(_tint(theme.highlight, 130), 1))
            painter.setBrush(_tint(theme.highlight, 40))
            painter.drawRoundedRect(QRectF(column.x - half, top, 2 * half, height), 9, 9)


def paint(painter: QPainter, scene: Scene) -> None:
    """Paint a scene over its edges."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if scene.tiny:
        # A halo: the colour of such a broad edge is to be seen.
        _highlight_edges(painter, scene, 10)
        paint_edges(painter, scene)
    _veil_what_is_not_there(painter, scene)
    if not scene.tiny:
        _highlight_edges(painter, scene, 2.5)
    else:
        paint_weights(painter, scene)
    for number in range(len(scene.layout.columns)):
        paint_column(painter, scene, number)
    if scene.tiny:
        paint_activations(painter, scene)
    for part in (scene.chosen, scene.pointed, scene.hovered):
        _paint_rings(painter, scene, part)
    paint_captions(painter, scene)
    paint_inputs(painter, scene)
    paint_outputs(painter, scene)
    paint_picture(painter, scene)
    if scene.hovered is not None and scene.state is not None:
        card = read_out(
            scene.hovered, scene.state, scene.classes, scene.scale.quantity, scene.layers
        )
        paint_card(painter, scene.theme, scene.size, scene.layout, scene.hovered, card)


def _highlight_edges(painter: QPainter, scene: Scene, width_px: float) -> None:
    for part in (scene.chosen, scene.pointed, scene.hovered):
        if isinstance(part, Edge):
            painter.setPen(QPen(QColor(scene.theme.highlight), width_px))
            points = curve(scene.layout, part)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _veil_what_is_not_there(painter: QPainter, scene: Scene) -> None:
    if scene.state is None or scene.working is None:
        return
    columns = scene.layout.columns
    for pair, layer in enumerate(scene.state.layers):
        if layer.a is None or scene.layers[pair] is None:
            left, right = columns[pair].x, columns[pair + 1].x
            veiled = QRectF(left, 0, right - left, scene.size.height())
            painter.fillRect(veiled, _tint(scene.theme.ground, 150 if layer.a is None else 110))


def _paint_rings(painter: QPainter, scene: Scene, part: Part | None) -> None:
    if part is None:
        return
    ends = [part]
    if isinstance(part, Edge):
        ends = [Neuron(part.pair, part.start), Neuron(part.pair + 1, part.end)]
    painter.setPen(QPen(QColor(scene.theme.highlight), 2.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for end in ends:
        column, row = scene.layout.columns[end[0]], end[1]
        radius = max(column.radius, 3.0) + 3
        painter.drawEllipse(QPointF(column.x, float(column.y[row])), radius, radius)


def _tint(colour: str, alpha: int) -> QColor:
    tint = QColor(colour)
    tint.setAlpha(alpha)
    return tint
