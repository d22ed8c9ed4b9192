"""The frame around a piece of the inspector, with a small heading."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bpviz.views import words
from bpviz.views.theme import DARK, Theme

PADDING_PX = 10


class Framed(QWidget):
    """
    A rounded card.

    Parameters
    ----------
    name
        The object name.
    heading
        Small words at its top; empty for none.

    Attributes
    ----------
    heading
        Their label.
    body
        Where the content goes, from top to bottom.
    """

    def __init__(self, name: str, heading: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme = DARK
        self.heading = words.heading(heading)
        self.heading.setWordWrap(True)
        self.heading.setVisible(bool(heading))
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*[PADDING_PX] * 4)
        self.body.setSpacing(4)
        self.body.addWidget(self.heading)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.line))
        painter.setBrush(QColor(self._theme.ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()
