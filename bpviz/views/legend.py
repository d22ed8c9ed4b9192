"""What the colours of the network mean, in numbers."""

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.captions import NOTHING_FINITE
from bpviz.views.colouring import Scale
from bpviz.views.colours import HIGHEST, LOWEST, magnitude_table, signed_table
from bpviz.views.numbers import power_of_ten
from bpviz.views.theme import DARK, Theme

_HEIGHT_PX = 26
_SWATCH_PX = 10
_GAP_PX = 8
_BAR_PX = (60, 320)
_SHORTER = (" (numbers below each)", ", each layer to", ": press →", ": it comes")


class Legend(QWidget):
    """One bar of colours with the values at its ends, and what stands apart from it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setAccessibleName("Legend")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._scale = Scale()
        self._bar_of = False, False  # whether it is of signed values, and whether there is one

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_scale(self, scale: Scale) -> None:
        """Explain another scale."""
        before, self._scale = (*self._words(), self._bar_of), scale
        self._bar_of = scale.signed, any(0 < top < math.inf for top in scale.known)
        words = self._words()
        # Where each layer has a scale of its own, these flicker in ways that are not told here.
        if (*words, self._bar_of) != before:
            self.setAccessibleDescription("  ".join(words))
            self.update()

    def _words(self) -> list[str]:
        return [*self.texts(), *(text for text, _ in self._arrows())]

    def texts(self) -> tuple[str, str, str]:
        """Return what is written: the quantity, and the values of the bar's two ends."""
        scale, quantity = self._scale, self._scale.quantity
        name, known = quantity.name, scale.known
        if not known:
            return name, "", scale.absent or quantity.absent
        if quantity.top is not None:
            return name, quantity.low, quantity.high
        if scale.locked:
            name += ", locked"
        if not any(0 < top < math.inf for top in known):
            return name, "", "all exactly zero" if max(known) == 0 else NOTHING_FINITE
        if scale.span == "layer":
            share = f"1/{10**scale.decades:,.0f}"
            if scale.signed:
                return name, "below 0", "above 0, each layer to its own largest (below it)"
            return name, share, "strongest of its layer (numbers below each)"
        top = min(known)  # the same in all layers
        if scale.signed:
            return name, f"-{power_of_ten(top)}", f"+{power_of_ten(top)}"
        return name, f"≤ {power_of_ten(top / 10**scale.decades)}", power_of_ten(top)

    def _arrows(self) -> list[tuple[str, str]]:
        if not self._scale.blames:
            return []
        return [("↑ should rise", self._theme.negative), ("↓ should fall", self._theme.positive)]

    def sizeHint(self) -> QSize:
        return QSize(600, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, metrics = self._theme, self.fontMetrics()
        name, low, high = self.texts()
        swatches = [("zero", theme.zero), ("NaN, ∞", theme.not_finite)]
        arrows = self._arrows()

        def width(*texts: str) -> int:
            return sum(metrics.horizontalAdvance(text) + 2 + _GAP_PX for text in texts if text)

        aside = width(*(text for text, _ in swatches), *(text for text, _ in arrows))
        aside += len(swatches) * (_SWATCH_PX + 6) + (2 if arrows else 1) * _GAP_PX
        _, has_bar = self._bar_of
        least = aside + (_BAR_PX[0] + _GAP_PX if has_bar else 0)
        for dispensable in _SHORTER:
            if width(name, low, high) + least > self.width():
                high = high.partition(dispensable)[0]
        if arrows and width(name, low, high) + least > self.width():
            shorter = [(text.replace("should ", ""), colour) for text, colour in arrows]
            aside -= width(*(text for text, _ in arrows)) - width(*(text for text, _ in shorter))
            arrows = shorter
        free = self.width() - width(name, low, high) - aside - 2 * _GAP_PX
        bar_px = min(max(free, _BAR_PX[0]), _BAR_PX[1])
        words = width(name, low, high) + aside + (bar_px + _GAP_PX if has_bar else 0)
        x = max((self.width() - words) / 2, 4.0)

        def write(text: str, colour: str) -> None:
            nonlocal x
            painter.setPen(QColor(colour))
            rect = QRectF(x, 0, metrics.horizontalAdvance(text) + 2, self.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
            x += width(text)

        write(name, theme.text)
        if low:
            write(low, theme.muted)
        if has_bar:
            painter.drawImage(QRectF(x, self.height() / 2 - 4, bar_px, 8), self._bar())
            x += bar_px + _GAP_PX
        write(high, theme.muted)
        x += _GAP_PX
        for text, colour in swatches:
            middle = self.height() / 2
            square = QRectF(x, middle - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(square, 2, 2)
            x += _SWATCH_PX + 6
            write(text, theme.muted)
        x += _GAP_PX if arrows else 0
        for text, colour in arrows:
            write(text, colour)

    def _bar(self) -> QImage:
        if self._scale.signed:
            table = signed_table(self._theme)[LOWEST : HIGHEST + 1, :3]
            row = np.concatenate([table[0::2][::-1], table[1::2]])
        else:
            row = magnitude_table(self._theme)[LOWEST : HIGHEST + 1, :3]
        row = np.ascontiguousarray(row)
        return QImage(row.data, len(row), 1, 3 * len(row), QImage.Format.Format_RGB888).copy()
