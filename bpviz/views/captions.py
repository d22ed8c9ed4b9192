"""Paints what is written above and below the network."""

import math
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from bpviz.views.card import scaled_font
from bpviz.views.geometry import CAPTION_PX, FOOTER_PX
from bpviz.views.numbers import power_of_ten
from bpviz.views.readout import NOT_YET
from bpviz.views.scene import Scene


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
        for line, (font, ink, text) in enumerate(
            ((strong, colour, name), (small, theme.muted, scene.captions[number]))
        ):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            metrics = painter.fontMetrics()
            if metrics.horizontalAdvance(text) > gap - 4:
                # Of "1,024 leaky ReLU" the number matters most, of "Layer 12" too.
                text = text.split()[0 if line else -1]
            width = max(gap, metrics.horizontalAdvance(text) + 2)
            rect = QRectF(column.x - width / 2, 5 + 16 * line, width, 16)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    metrics = painter.fontMetrics()
    for pair, (left, right) in enumerate(pairwise(columns)):
        notes = pair_notes(scene, pair)
        text = next((n for n in notes if metrics.horizontalAdvance(n) <= gap - 4), "")
        rect = QRectF(left.x, height - 20, right.x - left.x, 16)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(plain)


def pair_notes(scene: Scene, pair: int) -> tuple[str, ...]:
    """Return what is to be known about the lines between two layers, ever shorter."""
    scale = scene.scale
    top = scale.tops[pair] if scale.tops else None
    values, short = "", ""
    if not scene.layers or scene.layers[pair] is None or top is None:
        values = short = NOT_YET
    elif top == math.inf:
        values = short = "no finite value"
    elif top == 0:
        values = short = "all exactly zero"
    elif scale.span == "layer" and scale.quantity.top is None:
        sign = "±" if scale.signed else ""
        values = f"{sign}{power_of_ten(top / 10**scale.decades)} – {sign}{power_of_ten(top)}"
        short = f"≤ {power_of_ten(top)}"
    starts, ends = scene.pooled[pair]
    if starts * ends == 1:
        # Colours may stand for something else than the numbers on the lines do.
        written = f"{values}  ·  on the lines: w".lstrip(" ·")
        return (written, values, short) if scene.tiny else (values, short)
    many = f"{starts * ends:,}"
    return (
        f"{values}  ·  line: strongest of {many}".lstrip(" ·"),
        f"{short}  ·  1 of {many}".lstrip(" ·"),
        values or f"1 of {many}",
        short,
    )
