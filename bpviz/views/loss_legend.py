"""What the curves of the loss plot look like, and the legend that says so."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.theme import DARK, Theme

_TITLE = "Loss of every batch, smoothed, and validation"
_NAMES = ("batch", "smoothed", "validation", "accuracy")
_SWATCH_PX, _GAP_PX = 18, 14


def curve_pens(theme: Theme) -> list[QPen]:
    """Return the pens of the losses, the smoothed loss, the validation loss and the accuracy."""
    return [
        QPen(QColor(theme.batch_loss), 1),
        QPen(QColor(theme.text), 1.8),
        QPen(QColor(theme.validation), 1, Qt.PenStyle.DashLine),
        QPen(QColor(theme.accuracy), 1, Qt.PenStyle.DotLine),
    ]


class LossLegend(QWidget):
    """The plot's title and what each curve looks like; words give way when there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = DARK
        self.setAccessibleName(f"{_TITLE}; accuracy on the right-hand axis")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(500, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.muted))
        names = self.fontMetrics()
        heading = QFont(self.font())
        heading.setPixelSize(12)
        heading.setWeight(QFont.Weight.DemiBold)
        title_px = QFontMetrics(heading).horizontalAdvance(_TITLE) + 2 * _GAP_PX
        swatches_px = len(_NAMES) * (_SWATCH_PX + _GAP_PX)
        words_px = sum(names.horizontalAdvance(name) + 6 for name in _NAMES)
        x = 0
        if self.width() >= title_px + swatches_px + words_px:
            painter.setFont(heading)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, _TITLE)
            painter.setFont(self.font())
            x = title_px
        worded = self.width() >= swatches_px + words_px
        for name, pen in zip(_NAMES, curve_pens(self._theme), strict=True):
            self._paint_swatch(painter, x, name, pen)
            x += _SWATCH_PX
            if worded:
                rect = self.rect().translated(x + 6, 0)
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, name)
                x += names.horizontalAdvance(name) + 6
            x += _GAP_PX if worded else 5

    def _paint_swatch(self, painter: QPainter, x: int, name: str, pen: QPen) -> None:
        middle = self.height() / 2
        painter.save()
        painter.setPen(pen)
        painter.drawLine(QPointF(x, middle), QPointF(x + _SWATCH_PX, middle))
        spot = QRectF(x + _SWATCH_PX / 2 - 3, middle - 3, 6, 6)
        painter.setPen(QPen(pen.color(), 1))
        if name == "validation":
            painter.setBrush(pen.color())
            painter.drawEllipse(spot)
        elif name == "accuracy":
            painter.setBrush(QColor(self._theme.panel))
            painter.drawRect(spot)
        painter.restore()
