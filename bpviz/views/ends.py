"""Paints what goes into a network and what comes out of it."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from bpviz.views.card import scaled_font
from bpviz.views.geometry import ARROW_PX, PICTURE_SIDE, Edge, Neuron, Part
from bpviz.views.numbers import signed
from bpviz.views.pixel_picture import picture_image
from bpviz.views.scene import Scene

# Neurons closer than this have no room for words.
WORDS_SPACING_PX = 12.0
VALUE_PX = 58.0
MAX_NAME_PX = 130.0
MIN_NAME_PX = 16.0


def widths_of_names(
    inputs: Sequence[str], classes: Sequence[str], tiny: bool, font: QFont
) -> tuple[float, float]:
    """Return the room in pixels that is written in left of the inputs and right of the outputs."""
    metrics = QFontMetricsF(scaled_font(font, 1.0, QFont.Weight.DemiBold))

    def width(names: Sequence[str]) -> float:
        widest = max(map(metrics.horizontalAdvance, names), default=0.0)
        return min(max(widest + 4, MIN_NAME_PX), MAX_NAME_PX)

    # In a tiny network the values are written into the neurons.
    return width(inputs) if inputs else 0.0, width(classes) + (0 if tiny else VALUE_PX)


def paint_inputs(painter: QPainter, scene: Scene) -> None:
    """Paint the names of the inputs beside them."""
    column = scene.layout.columns[0]
    if not scene.inputs or column.spacing < WORDS_SPACING_PX:
        return
    plain, width = painter.font(), scene.names_px[0]
    painter.setFont(scaled_font(painter.font(), 1.0, QFont.Weight.Medium))
    painter.setPen(QColor(scene.theme.text))
    metrics = painter.fontMetrics()
    for y, name in zip(column.y.tolist(), scene.inputs, strict=True):
        rect = QRectF(column.x - column.radius - 8 - width, y - 9, width, 18)
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(width))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, align, text)
    painter.setFont(plain)


def paint_outputs(painter: QPainter, scene: Scene) -> None:
    """Paint the names of the outputs beside them, what each says, and which is right."""
    column = scene.layout.columns[-1]
    if column.spacing < WORDS_SPACING_PX:
        return
    # In a tiny network the values are written into the neurons.
    a = None if scene.tiny else scene.activations(len(scene.layout.columns) - 1)
    plain = painter.font()
    strong = scaled_font(painter.font(), 1.0, QFont.Weight.DemiBold)
    small = scaled_font(painter.font(), 0.92, QFont.Weight.Normal)
    x = column.x + column.radius + ARROW_PX
    name_px = scene.names_px[1] - (0 if scene.tiny else VALUE_PX)
    for row, (y, name) in enumerate(zip(column.y.tolist(), scene.classes, strict=True)):
        painter.setFont(strong)
        painter.setPen(QColor(scene.theme.text))
        name = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(name_px))
        painter.drawText(QRectF(x, y - 9, name_px, 18), Qt.AlignmentFlag.AlignVCenter, name)
        if row == scene.label:
            width = min(painter.fontMetrics().horizontalAdvance(name), name_px)
            painter.setPen(QPen(QColor(scene.theme.highlight), 2))
            painter.drawLine(QLineF(x, y + 9, x + width, y + 9))
        if a is not None:
            value = float(a[row])
            if not math.isfinite(value):
                text = signed(value)
            else:
                text = f"{100 * value:.1f} %" if scene.percent else f"{value:.2g}"
            painter.setFont(small)
            painter.setPen(QColor(scene.theme.text if row == a.argmax() else scene.theme.muted))
            rect = QRectF(x + name_px, y - 9, VALUE_PX - 6, 18)
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(rect, align, text)
    painter.setFont(plain)


def paint_picture(painter: QPainter, scene: Scene) -> None:
    """Paint the inputs as the picture they are, and on it what is hovered or chosen."""
    square = scene.layout.picture
    if square is None:
        return
    theme = scene.theme
    rect = QRectF(*square[:2], square.side, square.side)
    painter.fillRect(rect, QColor(theme.paper))
    x = scene.activations(0)
    if x is not None:
        levels = (np.clip(np.nan_to_num(x), 0, 1) * 255).astype(np.uint8)
        image = picture_image(levels.reshape(PICTURE_SIDE, PICTURE_SIDE), theme)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(rect, image)
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)
    small = scaled_font(painter.font(), 0.85, QFont.Weight.Normal)
    plain = painter.font()
    painter.setFont(small)
    painter.setPen(QColor(theme.muted))
    below = QRectF(rect.left() - 12, rect.bottom() + 5, rect.width() + 24, 50)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(below, flags, scene.picture_caption)
    painter.setFont(plain)

    inputs, cell = scene.layout.columns[0], square.side / PICTURE_SIDE
    for row in {_pixel_of(scene.chosen), _pixel_of(scene.hovered)} - {None}:
        assert row is not None
        down, across = divmod(row, PICTURE_SIDE)
        pixel = QRectF(square.x + across * cell, square.y + down * cell, cell, cell)
        painter.setPen(QPen(QColor(theme.highlight), 1.5))
        painter.drawRect(pixel)
        painter.drawLine(QLineF(pixel.right(), pixel.center().y(), inputs.x, float(inputs.y[row])))


def _pixel_of(part: Part | None) -> int | None:
    if isinstance(part, Neuron) and part.column == 0:
        return part.row
    if isinstance(part, Edge) and part.pair == 0:
        return part.start
    return None
