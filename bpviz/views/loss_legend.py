"""What the curves of the loss plot look like, and the legend that says so."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.theme import DARK, Theme

_TITLE = "Loss of every batch, smoothed, and validation"
_NAMES = ("batch", "smoothed", "validation", "accuracy")
_SHORT_NAMES = ("batch", "smooth", "valid.", "acc.")
_OF_TRAINING = 2  # of these names; the others are of validation
_SWATCH_PX, _GAP_PX, _SMALL_GAP_PX = 18, 14, 8


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
        self._validates = True
        self.show_validation(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_validation(self, validates: bool) -> None:
        """Explain the curves of the validation, too, or say nothing of them where there is none."""
        self._validates = validates
        self.setAccessibleName(f"{self._title()}; accuracy on the right-hand axis")
        if not validates:
            self.setAccessibleName(self._title())
        self.update()

    def _title(self) -> str:
        return _TITLE if self._validates else _TITLE.replace(", and validation", "")

    def names(self) -> tuple[str, ...]:
        """Return the words beside the curves, as far as there is room for them."""
        n = len(_NAMES) if self._validates else _OF_TRAINING
        for names in (_NAMES[:n], _SHORT_NAMES[:n]):
            if self._names_px(names) <= self.width():
                return names
        return ("",) * n

    def _names_px(self, names: tuple[str, ...]) -> int:
        words = sum(self.fontMetrics().horizontalAdvance(name) + 6 for name in names)
        gap = _GAP_PX if names[-1] in _NAMES else _SMALL_GAP_PX
        return words + len(names) * (_SWATCH_PX + gap)

    def sizeHint(self) -> QSize:
        return QSize(500, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._theme.muted))
        names, title = self.names(), self._title()
        heading = QFont(self.font())
        heading.setPixelSize(12)
        heading.setWeight(QFont.Weight.DemiBold)
        title_px = QFontMetrics(heading).horizontalAdvance(title) + 2 * _GAP_PX
        x = 0
        if self.width() >= title_px + self._names_px(_NAMES[: len(names)]):
            painter.setFont(heading)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, title)
            painter.setFont(self.font())
            x = title_px
        gap = _GAP_PX if names[-1] in _NAMES else _SMALL_GAP_PX
        pens = curve_pens(self._theme)
        for name, full, pen in zip(names, _NAMES, pens, strict=False):
            self._paint_swatch(painter, x, full, pen)
            x += _SWATCH_PX
            if name:
                rect = self.rect().translated(x + 6, 0)
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, name)
                x += self.fontMetrics().horizontalAdvance(name) + 6
            x += gap if name else 5

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
