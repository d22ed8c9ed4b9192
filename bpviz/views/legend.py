"""What the colours of the edges mean, in numbers."""

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.colouring import Scale
from bpviz.views.colours import HIGHEST, LOWEST, magnitude_table, signed_table
from bpviz.views.numbers import power_of_ten
from bpviz.views.theme import DARK, Theme

NO_GRADIENT_YET = "no backward pass yet: press Space, or step one batch"
_HEIGHT_PX = 26
_SWATCH_PX = 10


class Legend(QWidget):
    """One bar of colours with the values at its ends, and the colours that stand apart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setAccessibleName("Legend")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._scale = Scale()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_scale(self, scale: Scale) -> None:
        """Explain another scale."""
        self._scale = scale
        self.setAccessibleDescription("  ".join(self.texts()))
        self.update()

    def texts(self) -> tuple[str, str, str]:
        """Return what is written: the quantity, and the values of the bar's two ends."""
        scale = self._scale
        name = "w" if scale.signed else "|∂L/∂w|"
        if not scale.tops:
            return name, "", "no network yet" if scale.signed else NO_GRADIENT_YET
        if scale.locked:
            name += ", locked"
        if min(scale.tops) == math.inf:
            return name, "", "no finite value"
        if max(scale.tops) == 0:
            return name, "", "all exactly zero"
        if scale.span == "layer":
            share = f"1/{10**scale.decades:,.0f}"
            if scale.signed:
                return name, "below 0", "above 0, each layer to its own largest (below it)"
            return name, share, "strongest of its layer (numbers below each)"
        top = min(scale.tops)  # the same in all layers
        if scale.signed:
            return name, f"-{power_of_ten(top)}", f"+{power_of_ten(top)}"
        return name, f"≤ {power_of_ten(top / 10**scale.decades)}", power_of_ten(top)

    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        name, low, high = self.texts()
        metrics = self.fontMetrics()
        middle = self.height() / 2
        swatches = [("zero", theme.zero), ("NaN, ∞", theme.not_finite)]
        swatch_px = sum(metrics.horizontalAdvance(text) + _SWATCH_PX + 20 for text, _ in swatches)
        words_px = sum(metrics.horizontalAdvance(text) + 10 for text in (name, low, high))
        bar_px = min(max(self.width() - words_px - swatch_px - 20, 60), 320)
        x = max((self.width() - words_px - swatch_px - bar_px) / 2, 4.0)

        def write(text: str, colour: str) -> None:
            nonlocal x
            painter.setPen(QColor(colour))
            width = metrics.horizontalAdvance(text) + 2
            rect = QRectF(x, 0, width, self.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
            x += width + 8

        write(name, theme.text)
        if low:
            write(low, theme.muted)
        if any(0 < top < math.inf for top in self._scale.tops):
            bar = QRectF(x, middle - 4, bar_px, 8)
            painter.drawImage(bar, self._bar())
            x += bar_px + 8
        write(high, theme.muted)
        x += 8
        for text, colour in swatches:
            square = QRectF(x, middle - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(square, 2, 2)
            x += _SWATCH_PX + 6
            write(text, theme.muted)

    def _bar(self) -> QImage:
        if self._scale.signed:
            table = signed_table(self._theme)[LOWEST : HIGHEST + 1, :3]
            row = np.concatenate([table[0::2][::-1], table[1::2]])
        else:
            row = magnitude_table(self._theme)[LOWEST : HIGHEST + 1, :3]
        row = np.ascontiguousarray(row)
        return QImage(row.data, len(row), 1, 3 * len(row), QImage.Format.Format_RGB888).copy()
