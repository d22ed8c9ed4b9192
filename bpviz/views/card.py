"""A card that names a part of the network and gives its numbers, painted beside the part."""

from typing import NamedTuple

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


class _Measured(NamedTuple):
    """A card's lines of title, its width and height, and where its numbers begin, in pixels."""

    title: list[str]
    width: float
    height: float
    value_x: float


def _measure(painter: QPainter, room: QSize, card: Readout) -> _Measured:
    plain, strong = painter.font(), scaled_font(painter.font(), 0.95, QFont.Weight.DemiBold)
    painter.setFont(strong)
    metrics, title = painter.fontMetrics(), [card.title]
    if metrics.horizontalAdvance(card.title) + 36 > room.width():
        # "weight from … to …" in a narrow room.
        start, to, end = card.title.partition(" to ")
        title = [start, f"{to.lstrip()}{end}"] if end else title
    title_px = max(metrics.horizontalAdvance(line) for line in title)
    painter.setFont(plain)
    metrics = painter.fontMetrics()
    name_px = max((metrics.horizontalAdvance(name) for name, _ in card.rows), default=0)
    texts = ["+0.000e+00", *(value for _, value in card.rows)]
    value_px = max(metrics.horizontalAdvance(text) for text in texts)
    width = max(title_px, name_px + 14 + value_px) + 24
    return _Measured(title, width, 18 * (len(card.rows) + len(title)) + 18, name_px + 14)


def paint_card(
    painter: QPainter, theme: Theme, room: QSize, layout: Layout, part: Part, card: Readout
) -> None:
    """Paint the name and the numbers of a part of the graph beside it, where there is room."""
    measured, columns = _measure(painter, room, card), layout.columns
    _, width, height, _ = measured
    if isinstance(part, Neuron):
        x, y = columns[part.column].x + 22, float(columns[part.column].y[part.row]) - height / 2
        if x + width > room.width():
            x -= width + 44
    else:
        # Beside the curve, not on it: below its middle, or above it in the lower half.
        x, y = curve(layout, part)[32]
        y += 40 if y < room.height() / 2 else -40 - height
        x -= width / 2
    _paint(painter, theme, room, QPointF(x, y), measured, card)


def paint_card_beside(
    painter: QPainter, theme: Theme, room: QSize, cell: QRectF, card: Readout
) -> None:
    """Paint the name and the numbers of a cell below it, or above it in the lower half."""
    measured = _measure(painter, room, card)
    y = cell.bottom() + 18
    if cell.center().y() > room.height() / 2:
        y = cell.top() - 18 - measured.height
    x = cell.center().x() - measured.width / 2
    _paint(painter, theme, room, QPointF(x, y), measured, card)


def _paint(
    painter: QPainter, theme: Theme, room: QSize, at: QPointF, measured: _Measured, card: Readout
) -> None:
    title, width, height, value_x = measured
    plain, strong = painter.font(), scaled_font(painter.font(), 0.95, QFont.Weight.DemiBold)
    left = max(min(at.x(), room.width() - width - 6), 6)
    top = max(min(at.y(), room.height() - height - 6), 6)
    painter.setPen(QPen(QColor(theme.highlight), 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(QRectF(left, top, width, height), 8, 8)
    left += 12
    painter.setFont(strong)
    painter.setPen(QColor(theme.text))
    for number, line in enumerate(title):
        painter.drawText(QPointF(left, top + 21 + 18 * number), line)
    painter.setFont(plain)
    for number, (name, value) in enumerate(card.rows):
        baseline = top + 24 + 18 * (number + len(title))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QPointF(left, baseline), name)
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(left + value_x, baseline), value)
