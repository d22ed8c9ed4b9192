"""Paints what stands on the edges: neurons, the input picture, captions, a card of numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from bpviz.engine import Array
from bpviz.views.card import paint_card, scaled_font
from bpviz.views.colouring import Scale
from bpviz.views.colours import Levels
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
from bpviz.views.numbers import power_of_ten, signed
from bpviz.views.pixel_picture import picture_image
from bpviz.views.readout import NetworkState, read_out
from bpviz.views.shades import shade_table, shades
from bpviz.views.theme import Theme

_STRIP_WIDTH_PX = 5.0


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
    percent
        Whether the outputs are shares of one whole.
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
    percent: bool
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
        paint_card(
            painter,
            scene.theme,
            scene.size,
            scene.layout,
            scene.part,
            read_out(scene.part, scene.state, scene.classes),
        )


def activations(state: NetworkState | None, column: int) -> Array | None:
    """Return what the neurons of a column say for the sample shown; None if there is none."""
    if state is None or state.trace is None:
        return None
    return state.trace.x if column == 0 else state.trace.a[column - 1]


def _paint_column(painter: QPainter, scene: Scene, number: int, column: Column) -> None:
    theme = scene.theme
    a = activations(scene.state, number)
    fills = shades(np.zeros(len(column.y)) if a is None else a)
    palette = shade_table(theme)
    if column.is_strip:
        n = len(fills)
        strip = QImage(fills.data, 1, n, 1, QImage.Format.Format_Indexed8)
        strip.setColorTable(palette)
        top = column.y[0] - column.spacing / 2
        rect = QRectF(column.x - _STRIP_WIDTH_PX / 2, top, _STRIP_WIDTH_PX, column.spacing * n)
        painter.drawImage(rect, strip)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
    else:
        levels = scene.bias_levels[number - 1] if number and scene.bias_levels else None
        ring_px = min(max(column.radius * 0.22, 0.6), 3.0)
        for row, (y, fill) in enumerate(zip(column.y.tolist(), fills.tolist(), strict=True)):
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
            painter.setBrush(QColor.fromRgb(palette[fill]))
            painter.drawEllipse(centre, column.radius - ring_px / 2, column.radius - ring_px / 2)
    if isinstance(scene.part, Neuron) and scene.part.column == number:
        painter.setPen(QPen(QColor(theme.highlight), 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = max(column.radius, 3.0) + 3
        painter.drawEllipse(QPointF(column.x, float(column.y[scene.part.row])), radius, radius)


def _paint_captions(painter: QPainter, scene: Scene) -> None:
    columns = scene.layout.columns
    plain, strong = painter.font(), scaled_font(painter, 0.9, QFont.Weight.DemiBold)
    small = scaled_font(painter, 0.85, QFont.Weight.Normal)
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
            if metrics.horizontalAdvance(text) > gap - 4:
                # Of "1,024 leaky ReLU" the number matters most, of "Layer 12" too.
                text = text.split()[0 if line else -1]
            rect = QRectF(column.x - gap / 2, 5 + 16 * line, gap, 16)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(small)
    painter.setPen(QColor(scene.theme.muted))
    for pair, (left, right) in enumerate(pairwise(columns)):
        notes = _pair_notes(scene, pair)
        metrics = painter.fontMetrics()
        text = next((n for n in notes if metrics.horizontalAdvance(n) <= gap - 4), "")
        rect = QRectF(left.x, scene.size.height() - 20, right.x - left.x, 16)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(plain)


def _pair_notes(scene: Scene, pair: int) -> tuple[str, ...]:
    """Return what is to be known about the lines between two layers, ever shorter."""
    scale = scene.scale
    values, short = "", ""
    if not scale.tops:
        values = short = "no gradient yet"
    elif scale.tops[pair] == math.inf:
        values = short = "no finite value"
    elif scale.tops[pair] == 0:
        values = short = "all exactly zero"
    elif scale.span == "layer":
        top = scale.tops[pair]
        sign = "±" if scale.signed else ""
        values = f"{sign}{power_of_ten(top / 10**scale.decades)} – {sign}{power_of_ten(top)}"
        short = f"≤ {power_of_ten(top)}"
    starts, ends = scene.pooled[pair]
    if starts * ends == 1:
        return values, short
    many = f"{starts * ends:,}"
    return (
        f"{values}  ·  line: strongest of {many}".lstrip(" ·"),
        f"{short}  ·  1 of {many}".lstrip(" ·"),
        values or f"1 of {many}",
        short,
    )


def _paint_outputs(painter: QPainter, scene: Scene) -> None:
    column = scene.layout.columns[-1]
    if column.spacing < 12:
        return
    a = activations(scene.state, len(scene.layout.columns) - 1)
    plain = painter.font()
    strong = scaled_font(painter, 1.0, QFont.Weight.DemiBold)
    small = scaled_font(painter, 0.92, QFont.Weight.Normal)
    for row, (y, name) in enumerate(zip(column.y.tolist(), scene.classes, strict=True)):
        x = column.x + column.radius + 8
        painter.setFont(strong)
        painter.setPen(QColor(scene.theme.text))
        painter.drawText(QRectF(x, y - 9, 16, 18), Qt.AlignmentFlag.AlignVCenter, name)
        if a is not None:
            value = float(a[row])
            if not math.isfinite(value):
                text = signed(value)
            else:
                text = f"{100 * value:.1f} %" if scene.percent else f"{value:.2g}"
            painter.setFont(small)
            painter.setPen(QColor(scene.theme.text if row == a.argmax() else scene.theme.muted))
            rect = QRectF(x + 12, y - 9, 66, 18)
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
        levels = (np.clip(np.nan_to_num(x), 0, 1) * 255).astype(np.uint8)
        image = picture_image(levels.reshape(PICTURE_SIDE, PICTURE_SIDE), theme)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(rect, image)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    small = scaled_font(painter, 0.85, QFont.Weight.Normal)
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
