"""The line above the loss plot: its legend, the loss in figures, and the choice of the axis."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from bpviz.views.loss_legend import LossLegend
from bpviz.views.theme import DARK, Theme

_WIDE_PX = 780
"""From this width on all of a reading has room beside the legend's names."""


class LossHeader(QWidget):
    """
    Says what the plot shows.

    Attributes
    ----------
    legend
        What the curves look like.
    log
        Checked while the loss axis is logarithmic.
    """

    def __init__(self) -> None:
        super().__init__()
        self.legend = LossLegend()
        self._reading = "", ""
        self._readout = QLabel()
        self._readout.setObjectName("loss_readout")
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._readout.setAccessibleName("Loss at a batch")
        self.log = QCheckBox("log")
        self.log.setObjectName("loss_log")
        self.log.setAccessibleName("Logarithmic loss axis")
        self.log.setToolTip("Logarithmic loss axis (L)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.legend, 1)
        layout.addWidget(self._readout)
        layout.addWidget(self.log)
        self._fit_font()
        self.set_theme(DARK)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self.legend.set_theme(theme)
        palette = self._readout.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(theme.text))
        self._readout.setPalette(palette)

    def show_reading(self, text: str, more: str = "") -> None:
        """Show the loss at a batch in words and figures, and more where there is room for it."""
        self._reading = text, more
        self._readout.setText(text + more if self._is_wide() else text)

    def _is_wide(self) -> bool:
        return self.width() >= _WIDE_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= _WIDE_PX) != self._is_wide():
            self._fit_font()
            self.show_reading(*self._reading)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_font()

    def _fit_font(self) -> None:
        # A fixed size, or each new number would lay out the whole window anew.
        widest = "batch ≈ 888,888,888: 0.000888–0.000888"
        if self._is_wide():
            widest += ", smoothed 0.000888"
        metrics = self.fontMetrics()
        self._readout.setFixedSize(metrics.horizontalAdvance(widest), metrics.height() + 6)
