"""A card that names a part of the network and gives its numbers, painted beside the part."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from bpviz.views.geometry import Layout, Neuron, Part, curve
from bpviz.views.readout import Readout
from bpviz.views.theme import Theme

FONT_PX = 13


def scaled_font(plain: QFont, share: float, weight: QFont.Weight) -> QFont:
    """Return a font like the window's, at a share of its size."""
    changed = QFont(plain)
    changed.setPixelSize(round(FONT_PX * share))
    changed.setWeight(weight)
    return changed


def paint_card(
    painter: QPainter, theme: Theme, room: QSize, layout: Layout, part: Part, card: Readout
) -> None:
    """Paint the name and the numbers of a part beside it, where there is room."""
    plain, strong = painter.font(), scaled_font(painter.font(), 0.95, QFont.Weight.DemiBold)
    painter.setFont(strong)
    title_px = painter.fontMetrics().horizontalAdvance(card.title)
    painter.setFont(plain)
    metrics = painter.fontMetrics()
    name_px = max((metrics.horizontalAdvance(name) for name, _ in card.rows), default=0)
    texts = ["+0.000e+00", *(value for _, value in card.rows)]
    value_px = max(metrics.horizontalAdvance(text) for text in texts)
    width = max(title_px, name_px + 14 + value_px) + 24
    height = 18 * len(card.rows) + 36

    columns = layout.columns
    if isinstance(part, Neuron):
        x, y = columns[part.column].x + 22, float(columns[part.column].y[part.row]) - height / 2
        if x + width > room.width():
            x -= width + 44
    else:
        # Beside the curve, not on it: below its middle, or above it in the lower half.
        x, y = curve(layout, part)[32]
        y += 40 if y < room.height() / 2 else -40 - height
        x -= width / 2
    left = max(min(x, room.width() - width - 6), 6)
    top = max(min(y, room.height() - height - 6), 6)
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
