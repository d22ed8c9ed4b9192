"""Paints what stands on the edges: neurons, the input picture, captions, a card of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from bpviz.engine import Array
from bpviz.views.colouring import Scale
from bpviz.views.colours import Levels, between
from bpviz.views.geometry import (
    CAPTION_PX,
    FOOTER_PX,
    PICTURE_SIDE,
    Column,
    Edge,
    Layout,
    Neuron,
    Part,
    curve,
)
from bpviz.views.numbers import power_of_ten
from bpviz.views.pixel_picture import ink_table
from bpviz.views.readout import NetworkState, read_out
from bpviz.views.theme import Theme

_STRIP_WIDTH_PX = 5.0
_SHADES = 32


@dataclass(frozen=True)
class Scene:
    """
    All that is painted over the edges.

    Attributes
    ----------
    theme, size
        Colours, and the room in pixels.
    layout
        Where everything lies.
    captions
        Of each layer, what it does.
    classes
        Names of the outputs.
    state
        The numbers; None before there are any.
    label
        The right output; None if nobody knows.
    picture_caption
        What the input picture is.
    scale
        What the colours stand for.
    bias_levels : each (n_out,)
        Level of each bias, a layer each; empty if there are no values.
    colour_table
        0xAARRGGBB of each level.
    pooled
        How many neurons share a mark at the left and right of each pair of layers.
    part
        What is named.
    """

    theme: Theme
    size: QSize
    layout: Layout
    captions: Sequence[str]
    classes: Sequence[str]
    state: NetworkState | None
    label: int | None
    picture_caption: str
    scale: Scale
    bias_levels: Sequence[Levels]
    colour_table: Sequence[int]
    pooled: Sequence[tuple[int, int]]
    part: Part | None


def paint(painter: QPainter, scene: Scene) -> None:
    """Paint a scene over its edges."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if isinstance(scene.part, Edge):
        painter.setPen(QPen(QColor(scene.theme.highlight), 2.5))
        points = curve(scene.layout, scene.part)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
    for number, column in enumerate(scene.layout.columns):
        _paint_column(painter, scene, number, column)
    _paint_captions(painter, scene)
    _paint_outputs(painter, scene)
    _paint_picture(painter, scene)
    if scene.part is not None and scene.state is not None:
        _paint_card(painter, scene, scene.part, scene.state)


def activations(state: NetworkState | None, column: int) -> Array | None:
    """Return what the neurons of a column say for the sample shown; None if there is none."""
    if state is None or state.trace is None:
        return None
    return state.trace.x if column == 0 else state.trace.a[column - 1]


def shades(a: Array, theme: Theme) -> list[QColor]:
    """
    Return the fill of each neuron: from the ground to ink as a rises, to blue as it falls.

    Parameters
    ----------
    a : (n,)
        Activations of one layer. The largest magnitude, if it is above 1, gets the full colour.
    theme
        Gives the colours.
    """
    largest = max(float(np.abs(a[np.isfinite(a)]).max(initial=0)), 1.0)
    rising, falling = _ramp(theme.raised, theme.ink), _ramp(theme.raised, theme.negative)
    return [
        QColor(theme.not_finite)
        if not np.isfinite(value)
        else (rising if value >= 0 else falling)[round(abs(value) / largest * _SHADES)]
        for value in a.tolist()
    ]


@cache
def _ramp(start: str, end: str) -> list[QColor]:
    colours = between(start, end, np.linspace(0, 1, _SHADES + 1))
    return [QColor(*colour) for colour in colours.round().astype(int).tolist()]


def _paint_column(painter: QPainter, scene: Scene, number: int, column: Column) -> None:
    theme = scene.theme
    a = activations(scene.state, number)
    fills = [QColor(theme.raised)] * len(column.y) if a is None else shades(a, theme)
    if column.is_strip:
        strip = QImage(1, len(fills), QImage.Format.Format_RGB32)
        for row, fill in enumerate(fills):
            strip.setPixelColor(0, row, fill)
        top = column.y[0] - column.spacing / 2
        rect = QRectF(
            column.x - _STRIP_WIDTH_PX / 2, top, _STRIP_WIDTH_PX, column.spacing * len(fills)
        )
        painter.drawImage(rect, strip)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
    else:
        levels = scene.bias_levels[number - 1] if number and scene.bias_levels else None
        ring_px = min(max(column.radius * 0.22, 0.6), 3.0)
        for row, (y, fill) in enumerate(zip(column.y.tolist(), fills, strict=True)):
            if not -column.radius <= y <= scene.size.height() + column.radius:
                continue
            ring = QColor(theme.muted if number == 0 else theme.no_gradient)
            if levels is not None:
                ring = QColor.fromRgba(scene.colour_table[levels[row]])
            # A gap of ground keeps the disc apart from the edges that end in it.
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ground))
            centre = QPointF(column.x, y)
            painter.drawEllipse(centre, column.radius + 1.5, column.radius + 1.5)
            painter.setPen(QPen(ring, ring_px))
            painter.setBrush(fill)
            painter.drawEllipse(centre, column.radius - ring_px / 2, column.radius - ring_px / 2)
    if isinstance(scene.part, Neuron) and scene.part.column == number:
        painter.setPen(QPen(QColor(theme.highlight), 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = max(column.radius, 3.0) + 3
        painter.drawEllipse(QPointF(column.x, float(column.y[scene.part.row])), radius, radius)


def _font(painter: QPainter, share: float, weight: QFont.Weight) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(round(13 * share))
    font.setWeight(weight)
    return font


def _paint_captions(painter: QPainter, scene: Scene) -> None:
    columns = scene.layout.columns
    plain, strong = painter.font(), _font(painter, 0.9, QFont.Weight.DemiBold)
    small = _font(painter, 0.85, QFont.Weight.Normal)
    gap = columns[1].x - columns[0].x
    # Zoomed in, the network passes behind the captions.
    veil = QColor(scene.theme.ground)
    veil.setAlpha(215)
    painter.fillRect(QRectF(0, 0, scene.size.width(), CAPTION_PX - 4), veil)
    painter.fillRect(
        QRectF(0, scene.size.height() - FOOTER_PX + 2, scene.size.width(), FOOTER_PX), veil
    )
    for number, column in enumerate(columns):
        name = "Input" if number == 0 else f"Layer {number}"
        if number == len(columns) - 1:
            name = "Output"
        for line, (font, colour, text) in enumerate(
            (
                (strong, scene.theme.text, name),
                (small, scene.theme.muted, scene.captions[number]),
            )
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            metrics = painter.fontMetrics()
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(gap) - 6)
            rect = QRectF(column.x - gap / 2, 5 + 16 * line, gap, 16)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(small)
    painter.setPen(QColor(scene.theme.muted))
    for pair, (left, right) in enumerate(pairwise(columns)):
        text = _pair_note(scene, pair)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(gap) - 4)
        rect = QRectF(left.x, scene.size.height() - 20, right.x - left.x, 16)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(plain)


def _pair_note(scene: Scene, pair: int) -> str:
    """Return what is to be known about the lines between two layers."""
    notes = []
    scale = scene.scale
    if not scale.tops:
        notes.append("no gradient yet")
    elif scale.tops[pair] == 0:
        notes.append("all exactly zero")
    elif scale.span == "layer":
        top = scale.tops[pair]
        sign = "±" if scale.signed else ""
        notes.append(f"{sign}{power_of_ten(top / 10**scale.decades)} – {sign}{power_of_ten(top)}")
    starts, ends = scene.pooled[pair]
    if starts * ends > 1:
        notes.append(f"line: strongest of {starts * ends:,}")
    return "  ·  ".join(notes)


def _paint_outputs(painter: QPainter, scene: Scene) -> None:
    column = scene.layout.columns[-1]
    if column.spacing < 12:
        return
    a = activations(scene.state, len(scene.layout.columns) - 1)
    plain = painter.font()
    strong = _font(painter, 1.0, QFont.Weight.DemiBold)
    small = _font(painter, 0.92, QFont.Weight.Normal)
    is_probability = a is not None and bool((a >= 0).all() and (a <= 1).all())
    for row, (y, name) in enumerate(zip(column.y.tolist(), scene.classes, strict=True)):
        x = column.x + column.radius + 8
        painter.setFont(strong)
        painter.setPen(QColor(scene.theme.text))
        painter.drawText(QRectF(x, y - 9, 16, 18), Qt.AlignmentFlag.AlignVCenter, name)
        if a is not None:
            value = float(a[row])
            text = f"{100 * value:.1f} %" if is_probability else f"{value:.3g}"
            painter.setFont(small)
            painter.setPen(QColor(scene.theme.text if row == a.argmax() else scene.theme.muted))
            rect = QRectF(x + 15, y - 9, 54, 18)
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(rect, align, text)
        if row == scene.label:
            painter.setPen(QPen(QColor(scene.theme.highlight), 2))
            painter.drawLine(QLineF(x, y + 9, x + 8, y + 9))
    painter.setFont(plain)


def _paint_picture(painter: QPainter, scene: Scene) -> None:
    square = scene.layout.picture
    if square is None:
        return
    theme = scene.theme
    rect = QRectF(*square[:2], square.side, square.side)
    painter.fillRect(rect, QColor(theme.paper))
    x = activations(scene.state, 0)
    if x is not None:
        pixels = np.clip(x.reshape(PICTURE_SIDE, PICTURE_SIDE) * 255, 0, 255).astype(np.uint8)
        image = QImage(
            pixels.data, PICTURE_SIDE, PICTURE_SIDE, PICTURE_SIDE, QImage.Format.Format_Indexed8
        )
        image.setColorTable(ink_table(theme).tolist())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(rect, image)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    small = _font(painter, 0.85, QFont.Weight.Normal)
    plain = painter.font()
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    below = QRectF(rect.left() - 12, rect.bottom() + 5, rect.width() + 24, 34)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(below, flags, scene.picture_caption)
    painter.setFont(plain)

    row = None
    if isinstance(scene.part, Neuron) and scene.part.column == 0:
        row = scene.part.row
    elif isinstance(scene.part, Edge) and scene.part.pair == 0:
        row = scene.part.start
    if row is not None:
        cell = square.side / PICTURE_SIDE
        pixel = QRectF(
            square.x + row % PICTURE_SIDE * cell, square.y + row // PICTURE_SIDE * cell, cell, cell
        )
        inputs = scene.layout.columns[0]
        painter.setPen(QPen(QColor(theme.highlight), 1.5))
        painter.drawRect(pixel)
        painter.drawLine(QLineF(pixel.right(), pixel.center().y(), inputs.x, float(inputs.y[row])))


def _paint_card(painter: QPainter, scene: Scene, part: Part, state: NetworkState) -> None:
    """Paint the name and the numbers of a part beside it, where there is room."""
    theme = scene.theme
    card = read_out(part, state, scene.classes)
    plain, strong = painter.font(), _font(painter, 0.95, QFont.Weight.DemiBold)
    painter.setFont(strong)
    title_px = painter.fontMetrics().horizontalAdvance(card.title)
    painter.setFont(plain)
    metrics = painter.fontMetrics()
    name_px = max((metrics.horizontalAdvance(name) for name, _ in card.rows), default=0)
    value_px = metrics.horizontalAdvance("+0.000e+00")
    width = max(title_px, name_px + 14 + value_px) + 24
    height = 18 * len(card.rows) + 36

    columns = scene.layout.columns
    if isinstance(part, Neuron):
        x, y = columns[part.column].x + 22, float(columns[part.column].y[part.row]) - height / 2
        if x + width > scene.size.width():
            x -= width + 44
    else:
        # Beside the curve, not on it: below its middle, or above it in the lower half.
        x, y = curve(scene.layout, part)[32]
        y += 40 if y < scene.size.height() / 2 else -40 - height
        x -= width / 2
    left = min(max(x, 6), scene.size.width() - width - 6)
    top = min(max(y, 6), scene.size.height() - height - 6)
    painter.setPen(QPen(QColor(theme.highlight), 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(QRectF(left, top, width, height), 8, 8)
    left += 12
    painter.setFont(strong)
    painter.setPen(QColor(theme.text))
    painter.drawText(QPointF(left, top + 21), card.title)
    painter.setFont(plain)
    for number, (name, value) in enumerate(card.rows):
        baseline = top + 42 + 18 * number
        painter.setPen(QColor(theme.muted))
        painter.drawText(QPointF(left, baseline), name)
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(left + name_px + 14, baseline), value)
