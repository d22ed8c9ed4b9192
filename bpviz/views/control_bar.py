"""The top of the window: what makes the training go, and how far it has come."""

import math

import qtawesome
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from bpviz.views.theme import Theme

SPEEDS = (1, 2, 5, 10, 30, 100, 300, 1000, 3000, math.inf)
"""Choices of the speed slider, in batches per second."""


class ControlBar(QWidget):
    """
    Buttons, the speed, and the button that opens the settings.

    Signals
    -------
    speed_changed : float
        Batches per second; infinity for no limit.
    """

    speed_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_bar")
        self.play = _button("play", "Play", "Train, or pause (Space)")
        self.play.setProperty("primary", True)
        self.play.setMinimumWidth(96)
        self.next_batch = _button("step_batch", "Next batch", "Train one batch (Shift+→)")
        self.next_epoch = _button(
            "step_epoch", "Next epoch", "Train to the end of an epoch (Ctrl+Shift+→)"
        )
        self.reset = _button(
            "reset", "Same start", "Begin again with the same starting weights (Ctrl+R)"
        )
        self.new_seed = _button(
            "new_seed", "New seed", "Begin again with other random weights (Ctrl+Shift+R)"
        )
        self.settings = _button(
            "settings", "Settings", "Layers, activation, optimiser, rate, batch size (Ctrl+,)"
        )
        self.menu = QToolButton()
        self.menu.setObjectName("menu")
        self.menu.setAccessibleName("Menu")
        self.menu.setToolTip("Everything that can be done, with its keys (F10)")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setObjectName("speed")
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Batches per second (, slower, . faster)")
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(104)
        self.speed_label = QLabel()
        self.speed_label.setObjectName("speed_label")
        self.speed_label.setMinimumWidth(68)
        self.speed.valueChanged.connect(self._on_speed)
        self.speed.setValue(len(SPEEDS) - 1)

        wordmark = QLabel("bpviz")
        wordmark.setProperty("wordmark", True)
        caption = QLabel("Speed")
        caption.setProperty("muted", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(7)
        for widget in (
            wordmark,
            self.play,
            self.next_batch,
            self.next_epoch,
            self.reset,
            self.new_seed,
        ):
            layout.addWidget(widget)
        layout.addSpacing(10)
        layout.addWidget(caption)
        layout.addWidget(self.speed)
        layout.addWidget(self.speed_label)
        layout.addStretch()
        layout.addWidget(self.settings)
        layout.addWidget(self.menu)
        self._theme: Theme | None = None
        self._playing = False
        self.set_ready(False)

    def set_theme(self, theme: Theme) -> None:
        """Paint the icons in these colours."""
        self._theme = theme
        for button, icon in (
            (self.next_batch, "mdi6.skip-next"),
            (self.next_epoch, "mdi6.fast-forward"),
            (self.reset, "mdi6.restart"),
            (self.new_seed, "mdi6.dice-multiple-outline"),
            (self.menu, "mdi6.menu"),
        ):
            button.setIcon(
                qtawesome.icon(icon, color=theme.muted, color_disabled=theme.no_gradient)
            )
        self._show_playing()

    def set_ready(self, ready: bool) -> None:
        """Let the buttons be pressed, once there is something to train."""
        for button in (self.play, self.next_batch, self.next_epoch, self.reset, self.new_seed):
            button.setEnabled(ready)

    def set_playing(self, playing: bool) -> None:
        """Show whether it trains."""
        self._playing = playing
        self._show_playing()

    def show_summary(self, text: str) -> None:
        """Say on the settings button what is set."""
        metrics = self.settings.fontMetrics()
        self.settings.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, 300) + "  ▾")
        self.settings.setAccessibleDescription(text)

    def _show_playing(self) -> None:
        text = "Pause" if self._playing else "Play"
        self.play.setText(text)
        self.play.setAccessibleName(text)
        if self._theme is not None:
            icon = "mdi6.pause" if self._playing else "mdi6.play"
            self.play.setIcon(
                qtawesome.icon(
                    icon, color=self._theme.on_accent, color_disabled=self._theme.no_gradient
                )
            )

    def _on_speed(self, index: int) -> None:
        speed = SPEEDS[index]
        self.speed_label.setText("unlimited" if math.isinf(speed) else f"{speed:,} / s")
        self.speed_changed.emit(speed)


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
