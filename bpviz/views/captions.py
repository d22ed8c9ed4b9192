"""Paints what is written above and below the network."""

import math
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText

from bpviz.views.card import scaled_font
from bpviz.views.colouring import Scale
from bpviz.views.geometry import CAPTION_PX, FOOTER_PX
from bpviz.views.lettering import laid_out
from bpviz.views.numbers import power_of_ten
from bpviz.views.quantities import Layers
from bpviz.views.readout import NOT_YET
from bpviz.views.scene import Scene

NOTHING_FINITE = "no finite value but 0"


def paint_captions(painter: QPainter, scene: Scene) -> None:
    """Paint each layer's name and kind above it, and below each pair what its lines mean."""
    columns, theme = scene.layout.columns, scene.theme
    plain, strong = painter.font(), scaled_font(painter.font(), 0.9, QFont.Weight.DemiBold)
    small = scaled_font(painter.font(), 0.85, QFont.Weight.Normal)
    gap = columns[1].x - columns[0].x
    # Zoomed in, the network passes behind the captions.
    veil = QColor(theme.ground)
    veil.setAlpha(215)
    room = scene.size
    height = room.height()
    painter.fillRect(QRectF(0, 0, room.width(), CAPTION_PX - 4), veil)
    painter.fillRect(QRectF(0, height - FOOTER_PX + 2, room.width(), FOOTER_PX), veil)
    for number, column in enumerate(columns):
        name = "Input" if number == 0 else f"Layer {number}"
        if number == len(columns) - 1:
            name = "Output"
        colour = theme.highlight if scene.is_at_work(number) else theme.text
        for line, (font, ink, notes) in enumerate(
            # Of "Layer 12" the number matters most.
            (
                (strong, colour, (name, name.split()[-1])),
                (small, theme.muted, column_notes(scene, number)),
            )
        ):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            text = _longest(notes, font, gap - 4) or laid_out(notes[-1], font)
            _write_about(painter, column.x, 13 + 16 * line, text)
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    for pair, (left, right) in enumerate(pairwise(columns)):
        if fitting := _longest(pair_notes(scene, pair), small, gap - 4):
            _write_about(painter, (left.x + right.x) / 2, height - 12, fitting)
    painter.setFont(plain)


def _longest(texts: Sequence[str], font: QFont, room_px: float) -> QStaticText | None:
    """Return the first text that has room."""
    written = (laid_out(text, font) for text in texts)
    return next((text for text in written if text.size().width() <= room_px), None)


def _write_about(painter: QPainter, x: float, y: float, text: QStaticText) -> None:
    """Write a text with its middle at a point."""
    size = text.size()
    painter.drawStaticText(QPointF(x - size.width() / 2, y - size.height() / 2), text)


def column_notes(scene: Scene, number: int) -> tuple[str, ...]:
    """Return what a layer does, and how many of its neurons share a mark, ever shorter."""
    caption = scene.captions[number]
    # Of "1,024 leaky ReLU" the number matters most.
    size = caption.split()[0]
    beside = [ends for _, ends in scene.pooled[:number][-1:]]
    beside += [starts for starts, _ in scene.pooled[number : number + 1]]
    if max(beside) <= 1:
        return caption, size
    return f"{caption} · {max(beside)} a mark", f"{size} · {max(beside)} a mark", size


def range_notes(scale: Scale, layers: Layers, pair: int) -> tuple[str, str]:
    """Return which values the colours of a pair stand for, at length and shorter."""
    top = scale.tops[pair] if scale.tops else None
    if not layers or layers[pair] is None or top is None:
        return (scale.absent or NOT_YET,) * 2
    if top == math.inf:
        return NOTHING_FINITE, NOTHING_FINITE
    if top == 0:
        return "all exactly zero", "all exactly zero"
    if scale.span == "layer" and scale.quantity.top is None:
        sign = "±" if scale.signed else ""
        low, high = power_of_ten(top / 10**scale.decades), power_of_ten(top)
        return f"{sign}{low} – {sign}{high}", f"≤ {high}"
    return "", ""


def pair_notes(scene: Scene, pair: int) -> tuple[str, ...]:
    """Return what is to be known about the lines between two layers, ever shorter."""
    values, short = range_notes(scene.scale, scene.layers, pair)
    starts, ends = scene.pooled[pair]
    if starts * ends == 1:
        # Colours may stand for something else than the numbers on the lines do.
        written = f"{values}  ·  on the lines: w".lstrip(" ·")
        if scene.tiny:
            return written, values, short
        if not scene.joins[pair]:
            return values, short
        at_length, brief = "lines share where they run close", "close lines share"
    else:
        brief = f"strongest of {starts * ends:,}+"  # more where lines run closer together
        at_length = f"line: {brief}"
    return (
        f"{values}  ·  {at_length}".lstrip(" ·"),
        f"{short}  ·  {at_length}".lstrip(" ·"),
        f"{short}  ·  {brief}".lstrip(" ·"),
        values or brief,
        short,
    )
