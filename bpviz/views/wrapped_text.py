"""Words and formulas broken into few lines, where a break does not hurt."""

import re

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QTextLayout, QTextOption

from bpviz.views.lettering import sized

_SMALLER_PX = 2


def wrapped(text: str, font: QFont, width_px: float, line_px: int, n_lines: int) -> QTextLayout:
    """
    Break a text into lines: rather smaller than cut off, but rather cut off than unreadable.

    Parameters
    ----------
    text
        Its line breaks are kept as long as it is not cut off.
    font
        The largest one to be used.
    width_px, line_px
        How long a line may be, and how far it lies below the one before.
    n_lines
        How many there may be.
    """
    # A number stays beside the sign that belongs to it, and a derivative in one piece.
    glued = re.sub(
        r" (?=[=%/←])|(?<=[=/+−←]) |(?<=mean) (?=δ)", "\u00a0", text.replace("\n", "\u2028")
    )
    glued = glued.replace("∂L/∂", "∂L\u2060/\u2060∂")
    for smaller_px in range(_SMALLER_PX + 1):
        smaller = sized(font, QFontInfo(font).pixelSize() - smaller_px)
        layout = _laid_out(glued, smaller, width_px, line_px)
        if layout.lineCount() <= n_lines:
            return layout
    start = layout.lineAt(n_lines - 1).textStart()
    rest = glued[start:].replace("\u2028", " ")
    rest = QFontMetricsF(smaller).elidedText(rest, Qt.TextElideMode.ElideRight, width_px - 1)
    return _laid_out(glued[:start] + rest, smaller, width_px, line_px)


def _laid_out(text: str, font: QFont, width_px: float, line_px: int) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width_px)
        line.setPosition(QPointF(0, line_px * (layout.lineCount() - 1)))
    layout.endLayout()
    return layout
