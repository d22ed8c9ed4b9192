"""One line of text that may change at every frame: it is painted, and moves nothing around it."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.lettering import LEFT, fitting, sized, write
from bpviz.views.theme import DARK, Theme

_HEIGHT_PX = 20


class TextLine(QWidget):
    """
    A quiet caption, and a text after it.

    Changing a QLabel lays out all that surrounds it anew, which takes longer than painting.

    Parameters
    ----------
    name
        The object name.
    caption
        What the text is; empty for none.
    strong, quiet
        Whether the text is written large, or in the colour of captions.
    caption_px
        Width of the caption; 0 for as wide as it is.
    """

    def __init__(
        self,
        name: str,
        caption: str = "",
        *,
        strong: bool = False,
        quiet: bool = False,
        caption_px: int = 0,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme = DARK
        self._caption = caption
        self._caption_px = caption_px
        self._strong, self._quiet = strong, quiet
        self._text = ""
        self._value: float | None = None
        self.setFixedHeight(_HEIGHT_PX + 4 * strong)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def set_caption(self, caption: str) -> None:
        """Say something else before the text."""
        if caption != self._caption:
            self._caption = caption
            self.update()

    def show_text(self, text: str, value: float | None = None) -> None:
        """Write a text, in the colour of a value's sign if one is given."""
        if (text, value) != (self._text, self._value):
            self._text, self._value = text, value
            self.setAccessibleName(f"{self._caption} {text}".strip())
            self.update()

    def text(self) -> str:
        """Return the text, without the caption."""
        return self._text

    def caption(self) -> str:
        """Return what stands before the text."""
        return self._caption

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        plain = painter.font()
        room = QRectF(self.rect())
        if self._caption:
            write(painter, room, LEFT, self._caption, self._theme.muted)
            width = painter.fontMetrics().horizontalAdvance(self._caption) + 8
            room.setLeft(max(width, self._caption_px))
        font = sized(plain, 15, QFont.Weight.DemiBold) if self._strong else plain
        painter.setFont(fitting(font, self._text, room.width()))
        colour = self._theme.muted if self._quiet else value_colour(self._theme, self._value)
        write(painter, room, LEFT, self._text, colour)
        painter.end()


def value_colour(theme: Theme, value: float | None) -> str:
    """Return the colour in which a signed value is written; None is plain text."""
    if value is None:
        return theme.text
    if value == 0:
        return theme.muted
    if not abs(value) < float("inf"):
        return theme.not_finite
    return theme.positive if value > 0 else theme.negative
