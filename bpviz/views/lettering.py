"""How text is painted: on which side of its room it stands, and how large it is."""

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SMALLEST_PX = 9


def write(painter: QPainter, room: QRectF, side: Qt.AlignmentFlag, text: str, colour: str) -> None:
    """Paint a line of text on one side of its room."""
    painter.setPen(QColor(colour))
    painter.drawText(room, side, text)


@lru_cache(1000)
def laid_out(text: str, font: QFont) -> QStaticText:
    """Return a text that is painted at many frames: to lay it out takes longer than painting."""
    written = QStaticText(text)
    written.setTextFormat(Qt.TextFormat.PlainText)
    written.prepare(font=font)
    return written


def sized(font: QFont, size_px: int, weight: QFont.Weight | None = None) -> QFont:
    """Return a font like another, of this size and, if one is given, of this weight."""
    changed = QFont(font)
    changed.setPixelSize(size_px)
    if weight is not None:
        changed.setWeight(weight)
    return changed


def fitting(font: QFont, text: str, room_px: float) -> QFont:
    """Return a font in which a text fits: rather smaller than cut off."""
    while font.pixelSize() > _SMALLEST_PX and QFontMetrics(font).horizontalAdvance(text) > room_px:
        font = sized(font, font.pixelSize() - 1)
    return font
