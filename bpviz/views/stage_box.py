"""The box of one stage of a batch: how far it got, and what it did, in words."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
    QTextLayout,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.stage_progress import StageName
from bpviz.views.theme import DARK, Theme
from bpviz.views.wrapped_text import wrapped

_TITLES: dict[StageName, tuple[str, str]] = {
    "forward": ("Forward pass", "the guess"),
    "loss": ("Loss", "the mistake"),
    "backward": ("Backward pass", "the blame"),
    "update": ("Update", "the fix"),
}
_PADDING_PX = 11
_TOP_PX = 8
_MINIMUM_PX = 190
_DOT_SPACING_PX = 13.0
_DOT_RADIUS_PX = 3.75
_TINT = 0.16
# Of words; formulas need that many, and nothing is to move when they come in place of the words.
_LINES = 3


class StageBox(QWidget):
    """
    A stage's title, a check mark when it is done, a dot a layer, and words.

    Attributes
    ----------
    text
        The words; where they lack room, their end is not painted.
    """

    def __init__(self, stage: StageName) -> None:
        super().__init__()
        self._name, subtitle = _TITLES[stage]
        # Shaped once and not at every frame.
        self._titles = [QStaticText(text) for text in (self._name, f"{self._name} ✓")]
        self._subtitle = QStaticText(f" · {subtitle}")
        self._backwards = stage == "backward"
        self._has_dots = stage in ("forward", "backward")
        self.text = ""
        self._state = (0, 1, False)
        self._words: QTextLayout | None = None
        self._theme = DARK
        self.setObjectName(f"stage_{stage}")
        # Equal widths, whatever the words: these do not ask for room.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_MINIMUM_PX)
        self._fit_font()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_stage(self, text: str, reached: int, steps: int, working: bool) -> None:
        """Show words, how many of its steps a stage did, and whether it is the one at work."""
        state = (reached, steps, working)
        if text == self.text and state == self._state:
            return
        if text != self.text:
            self.text, self._words = text, None
            self.setToolTip(text)
            self.setAccessibleDescription(text)
        self._state = state
        how_far = "at work" if working else "done" if self._is_done() else "not done"
        name = f"{self._name}: {how_far}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
        self.update()

    def _is_done(self) -> bool:
        reached, steps, _ = self._state
        return 0 < steps <= reached

    def sizeHint(self) -> QSize:
        return QSize(300, (1 + _LINES) * self._line_px + 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._words = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_font()

    def _fit_font(self) -> None:
        self._strong = QFont(self.font())
        self._strong.setWeight(QFont.Weight.DemiBold)
        self._line_px = self.fontMetrics().height() + 1
        for title in self._titles:
            title.prepare(font=self._strong)
        self._subtitle.prepare(font=self.font())
        self._words = None
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, (reached, _, working) = self._theme, self._state
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.highlight if working else theme.line), 1 + 0.5 * working))
        painter.setBrush(_ground(theme, working) if reached else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 8, 8)

        words = QColor(theme.text if reached else theme.muted)
        right = self.width() - _PADDING_PX - self._paint_dots(painter, _TOP_PX + self._line_px / 2)
        title = self._titles[self._is_done()]
        painter.setFont(self._strong)
        painter.setPen(words)
        painter.drawStaticText(QPointF(_PADDING_PX, _TOP_PX), title)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        x = _PADDING_PX + title.size().width()
        if x + self._subtitle.size().width() <= right:
            painter.drawStaticText(QPointF(x, _TOP_PX), self._subtitle)

        if self._words is None:
            room_px = self.width() - 2 * _PADDING_PX
            self._words = wrapped(self.text, self.font(), room_px, self._line_px, _LINES)
        painter.setPen(words)
        self._words.draw(painter, QPointF(_PADDING_PX, _TOP_PX + self._line_px))
        painter.end()

    def _paint_dots(self, painter: QPainter, y: float) -> float:
        """Paint a dot a layer at the right end, and return how wide they are, in pixels."""
        reached, steps, _ = self._state
        if not self._has_dots or not steps:
            return 0
        spacing = min(_DOT_SPACING_PX, 0.28 * self.width() / steps)
        radius = min(_DOT_RADIUS_PX, 0.36 * spacing)
        colour = QColor(self._theme.text if reached else self._theme.muted)
        painter.setPen(QPen(colour, 1.25 if radius > 3 else 0.9))
        for place in range(steps):
            # As in the network, where the last layer stands on the right: blame comes from there.
            done = place >= steps - reached if self._backwards else place < reached
            painter.setBrush(colour if done else Qt.BrushStyle.NoBrush)
            x = self.width() - _PADDING_PX - (steps - place - 0.5) * spacing
            painter.drawEllipse(QPointF(x, y), radius, radius)
        return steps * spacing + 6


def _ground(theme: Theme, working: bool) -> QColor:
    if not working:
        return QColor(theme.raised)
    tint = QColor(theme.highlight)
    tint.setAlphaF(_TINT)
    return tint
