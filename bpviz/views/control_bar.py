"""The top of the window: what makes the training go, and how far it has come."""

import math
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from bpviz.views.icons import icon
from bpviz.views.theme import Theme

_SUMMARY_PX = (140, 200, 300)
"""Room for the summary of the settings: at least, before other words give way, and at most."""


class Pace(NamedTuple):
    """
    How fast to play.

    Attributes
    ----------
    per_s
        Stages or batches per second; infinity for no limit.
    stages
        Whether each stage of a batch is shown and counted, or whole batches.
    """

    per_s: float
    stages: bool

    @property
    def label(self) -> str:
        """As on screen."""
        if math.isinf(self.per_s):
            return "unlimited"
        if not self.stages:
            return f"{self.per_s:,.0f} / s"
        return (
            f"{1 / self.per_s:.0f} s a stage" if self.per_s <= 1 else f"{self.per_s:.0f} stages / s"
        )


SPEEDS = (
    *(Pace(per_s, stages=True) for per_s in (0.2, 0.5, 1, 2)),
    *(Pace(per_s, stages=False) for per_s in (1, 2, 5, 10, 30, 100, 300, 1000, 3000, math.inf)),
)
"""Choices of the speed slider, the slowest first."""


class ControlBar(QWidget):
    """
    Buttons, the speed, and the button that opens the settings.

    Signals
    -------
    pace_changed : float, bool
        The fields of a `Pace`.
    """

    pace_changed = Signal(float, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("control_bar")
        self.play = _button("play", "Play", "Train, or pause (Space)")
        self.play.setProperty("primary", True)
        self.play.setMinimumWidth(96)
        self.next_stage = _button(
            "step_stage", "Next stage", "Go on by one stage: forward, loss, backward, update (→)"
        )
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
        self.examples = QToolButton()
        self.examples.setObjectName("examples")
        self.examples.setText("Examples ▾")
        self.examples.setAccessibleName("Worked examples")
        self.examples.setToolTip(
            "Tiny networks whose numbers are known, to follow by hand (Ctrl+E)"
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
        self.speed.setToolTip("Seconds a stage, or batches per second (, slower, . faster)")
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(84)
        self.speed_label = QLabel()
        self.speed_label.setObjectName("speed_label")
        self.speed.valueChanged.connect(self._on_speed)
        self.speed.setValue(len(SPEEDS) - 1)

        wordmark = QLabel("bpviz")
        wordmark.setProperty("wordmark", True)
        self._caption = QLabel("Speed")
        self._caption.setProperty("muted", True)
        # What gives way where there is little room, see `_fit`.
        self._caption.setMinimumWidth(1)
        self.new_seed.setMinimumWidth(38)
        self.settings.setMinimumWidth(_SUMMARY_PX[0] + 40)
        for button in (self.new_seed, self.settings):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(6)
        row.addWidget(wordmark)
        for button in self._trainers():
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self._caption)
        row.addWidget(self.speed)
        row.addWidget(self.speed_label)
        row.addStretch()
        row.addWidget(self.examples)
        row.addWidget(self.settings)
        row.addWidget(self.menu)
        self._summary = ""
        self._theme: Theme | None = None
        self._playing = False
        self.set_ready(False)

    def set_theme(self, theme: Theme) -> None:
        """Paint the icons in these colours."""
        self._theme = theme
        for button, name in (
            (self.reset, "restart"),
            (self.new_seed, "dice-multiple-outline"),
            (self.menu, "menu"),
        ):
            button.setIcon(icon(name, theme.muted, disabled=theme.no_gradient))
        self._show_playing()

    def set_ready(self, ready: bool) -> None:
        """Let the buttons be pressed, once there is something to train."""
        for button in self._trainers():
            button.setEnabled(ready)

    def set_playing(self, playing: bool) -> None:
        """Show whether it trains."""
        self._playing = playing
        self._show_playing()

    def show_summary(self, text: str) -> None:
        """Say on the settings button what is set."""
        self._summary = text
        self.settings.setAccessibleDescription(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _trainers(self) -> tuple[QPushButton, ...]:
        return (
            self.play,
            self.next_stage,
            self.next_batch,
            self.next_epoch,
            self.reset,
            self.new_seed,
        )

    def _fit(self) -> None:
        """Leave out words that the room is too small for, and shorten the summary to the rest."""
        metrics = self.speed_label.fontMetrics()
        self.speed_label.setFixedWidth(max(metrics.horizontalAdvance(x.label) for x in SPEEDS))
        least, enough, most = _SUMMARY_PX
        self.settings.setText("  ▾")
        for caption, seed in ((True, True), (False, True), (False, False)):
            self._caption.setVisible(caption)
            self.new_seed.setText("New seed" if seed else "")
            room = least + self.width() - self._row.sizeHint().width()
            if room >= enough:
                break
        shown_px = min(max(room, least), most)
        metrics = self.settings.fontMetrics()
        summary = metrics.elidedText(self._summary, Qt.TextElideMode.ElideMiddle, shown_px)
        self.settings.setText(summary + "  ▾")
        self._row.activate()  # now, not in the next turn of the event loop: no flicker

    def _show_playing(self) -> None:
        text = "Pause" if self._playing else "Play"
        self.play.setText(text)
        self.play.setAccessibleName(text)
        if self._theme is not None:
            name = "pause" if self._playing else "play"
            self.play.setIcon(icon(name, self._theme.on_accent, disabled=self._theme.no_gradient))

    def _on_speed(self, index: int) -> None:
        pace = SPEEDS[index]
        self.speed_label.setText(pace.label)
        self.pace_changed.emit(*pace)


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
