"""Ten bars: how likely the network finds each class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.theme import DARK, Theme

_ROW_PX = (14, 28)
_NOTE_PX = 36
_GAP_PX = 8
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Prediction(QWidget):
    """A row per class: its name, a bar, its probability in percent; below them a note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._labels = [str(digit) for digit in range(10)]
        self._probabilities: NDArray[np.floating] | None = None
        self._percent = True
        self._best: int | None = None
        self._note = ""
        self.setObjectName("prediction")
        self.setAccessibleName("Prediction")
        self.setToolTip("How likely the network finds each class, in percent")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_probabilities(None)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def set_labels(self, labels: Sequence[str]) -> None:
        """
        Name the classes, which takes away the probabilities shown.

        Raises
        ------
        ValueError
            If there are fewer than 2 or more than 20.
        """
        if not 2 <= len(labels) <= 20:
            raise ValueError(f"2 to 20 classes can be shown, not {len(labels)}")
        self._labels = list(labels)
        self.show_probabilities(None)
        self.updateGeometry()
        self.update()

    def show_probabilities(
        self, probabilities: NDArray[np.floating] | None, percent: bool = True
    ) -> None:
        """
        Show what the network answers.

        Parameters
        ----------
        probabilities : (n_classes,) float
            0 to 1 each. None while there is nothing to read.
        percent
            False for activations that are no shares of one whole: plain figures then.

        Raises
        ------
        ValueError
            If there are not as many as classes.
        """
        if probabilities is not None:
            if probabilities.shape != (len(self._labels),):
                raise ValueError(
                    f"{len(self._labels)} probabilities are shown, not {probabilities.shape}"
                )
            probabilities = probabilities.copy()
        was_percent, self._percent = self._percent, percent
        is_new = probabilities is not None or self._probabilities is not None
        self._probabilities = probabilities
        self._best = _single_largest(probabilities)
        description = "nothing to read yet"
        if self._best is not None:
            unit = " %" if percent else ""
            description = (
                f"most likely {self._labels[self._best]}, {self.text_of(self._best)}{unit}"
            )
        elif probabilities is not None:
            description = "no class is more likely than all others"
        if description != self.accessibleDescription():
            self.setAccessibleDescription(description)
        if is_new or percent is not was_percent:
            self.update()

    def set_note(self, text: str) -> None:
        """Say something about the bars below them; the room for two lines is always kept."""
        if text != self._note:
            self._note = text
            self.update()

    def note(self) -> str:
        """Return the note as it is painted."""
        return self._note

    def text_of(self, row: int) -> str:
        """Return the figure that is painted in a row."""
        if self._probabilities is None:
            return "–"
        value = float(self._probabilities[row])
        if not np.isfinite(value):
            return "NaN"
        return f"{100 * value:.1f}" if self._percent else f"{value:.2g}"

    def sizeHint(self) -> QSize:
        return QSize(216, len(self._labels) * 18 + _NOTE_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, len(self._labels) * _ROW_PX[0] + _NOTE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, width = self._theme, float(self.width())
        row_px = (self.height() - _NOTE_PX) / len(self._labels)
        row_px = min(max(row_px, _ROW_PX[0]), _ROW_PX[1])
        plain = QFont(self.font())
        plain.setPixelSize(min(13, int(row_px) - 2))
        plain.setFeature(QFont.Tag("tnum"), 1)  # figures of one width: they do not dance
        bold = QFont(plain)
        bold.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(bold)
        names_px = min(max(map(metrics.horizontalAdvance, self._labels)), 0.4 * width)
        figures_px = metrics.horizontalAdvance("100.0" if self._percent else "-0.00071")
        bar = QRectF(names_px + _GAP_PX, 0, 0, round(0.45 * row_px))
        bar.setRight(width - figures_px - _GAP_PX)

        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, label in enumerate(self._labels):
            best = row == self._best
            figure, color = self.text_of(row), theme.text if best else theme.muted
            line = QRectF(0, row * row_px, width, row_px)
            bar.moveTop(round(line.center().y() - bar.height() / 2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.line))
            painter.drawRoundedRect(bar, 2, 2)
            if self._probabilities is not None and figure != "NaN":
                share = min(max(float(self._probabilities[row]), 0.0), 1.0)
                filled = QRectF(bar)
                filled.setWidth(bar.width() * share)
                painter.setBrush(QColor(color))
                painter.drawRoundedRect(filled, 2, 2)
            painter.setFont(bold if best else plain)
            painter.setPen(QColor(color))
            name = metrics.elidedText(label, Qt.TextElideMode.ElideRight, names_px + 1)
            painter.drawText(line, _LEFT, name)
            if figure == "NaN":
                painter.setPen(QColor(theme.not_finite))
            painter.drawText(line, _RIGHT, figure)
        if self._note:
            small = QFont(self.font())
            small.setPixelSize(12)
            painter.setFont(small)
            painter.setPen(QColor(theme.muted))
            below = QRectF(0, len(self._labels) * row_px, width, _NOTE_PX)
            painter.drawText(below.adjusted(0, 4, 0, 0), Qt.TextFlag.TextWordWrap, self._note)
        painter.end()


def _single_largest(probabilities: NDArray[np.floating] | None) -> int | None:
    """Return the class that is more likely than every other, if there is one."""
    if probabilities is None or not np.isfinite(probabilities).any():
        return None
    candidates = np.flatnonzero(probabilities == probabilities[np.isfinite(probabilities)].max())
    return int(candidates[0]) if len(candidates) == 1 else None
