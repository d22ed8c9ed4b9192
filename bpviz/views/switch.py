"""A switch that looks like the rest of the program."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from superqt import QToggleSwitch
from superqt.switch import QStyleOptionToggleSwitch

from bpviz.views.theme import DARK, Theme


class Switch(QToggleSwitch):
    """superqt's switch in the theme's colours, with its keyboard focus in sight."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAnimationDuration(0)
        self.handleSize, self.switchWidth, self.switchHeight = 10, 26, 14
        self.setFixedHeight(24)
        self.set_theme(DARK)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.onColor = QColor(theme.highlight)
        self.offColor = QColor(theme.muted)
        self.handleColor = QColor(Qt.GlobalColor.white)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self.setPalette(palette)
        self.update()

    def drawText(self, painter: QPainter, rect: QRectF, option: QStyleOptionToggleSwitch) -> None:
        # superqt sets its groove 2 pixels below the middle; the text and the ring go with it.
        super().drawText(painter, rect.translated(4, 2), option)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._theme.highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 3.5, -0.5, -0.5), 5, 5)
