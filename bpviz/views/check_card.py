"""Where back-propagated derivatives are held against numerical ones."""

from typing import Literal

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from bpviz.engine import EPSILONS, Check
from bpviz.views.check_plot import LEFT_PX, CheckPlot
from bpviz.views.check_words import verdict_at, verdict_of_all
from bpviz.views.framed import Framed
from bpviz.views.numbers import power_of_ten, signed
from bpviz.views.plot_axes import RIGHT_PX
from bpviz.views.plot_slider import PlotSlider
from bpviz.views.segmented import Segmented
from bpviz.views.text_line import TextLine
from bpviz.views.theme import Theme
from bpviz.views.words import say

Scope = Literal["weight", "layer", "network"]

_DIGITS = 8
_DEFAULT = 8  # EPSILONS[8] is 1e-5


class CheckCard(Framed):
    """
    Chooses what is checked and how far the two points of a central difference are from it.

    For one weight all epsilons are computed at once, and the slider reads them off.

    Signals
    -------
    check_requested : str, float
        ``"weight"``, ``"layer"`` or ``"network"``, and epsilon. The answer is `show_sweep` for a
        weight and else `show_check`, after any number of `show_progress`.
    stop_requested
        Nobody waits for the answer any more: Stop was pressed, or another parameter is shown.
    """

    check_requested = Signal(str, float)
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__("check_card", "Check")
        self.setAccessibleName("Check")
        tip = "Compare the gradient of {} with what the loss does when {} (← → choose)"
        self.scope = Segmented(
            "check_scope",
            [
                ("weight", "This weight", tip.format("this number", "it is moved by ±ε")),
                ("layer", "Its layer", tip.format("each number of the layer", "it is moved")),
                ("network", "Network", tip.format("every number", "it is moved")),
            ],
        )
        # At 270 px none of them is cut off.
        self.scope.setStyleSheet('QToolButton[segment="true"] { padding: 4px 4px; }')
        self.run = QPushButton("Check")
        self.run.setObjectName("check_run")
        self.run.setAccessibleName("Check the gradient")
        self.run.setToolTip("Compare backpropagation with (L(w + ε) − L(w − ε)) / 2ε (Space)")
        self.stop = QPushButton("Stop")
        self.stop.setObjectName("check_stop")
        self.stop.setAccessibleName("Stop checking")
        self.stop.setToolTip("Stop checking; nothing is changed by it (Space)")
        self.epsilon_slider = PlotSlider("epsilon")
        self.epsilon_slider.setRange(0, len(EPSILONS) - 1)
        self.epsilon_slider.setPageStep(2)
        self.epsilon_slider.setValue(len(EPSILONS) - 1 - _DEFAULT)
        self.epsilon_slider.setAccessibleName("Distance ε")
        self.epsilon_slider.setToolTip("How far the weight is moved to both sides, ε (← →)")
        self.epsilon_line = TextLine("epsilon_value", "ε =")
        self.plot = CheckPlot()
        self.numeric = TextLine("check_numeric", "numeric", caption_px=70)
        self.backprop = TextLine("check_backprop", "backprop", caption_px=70)
        self.verdict = QLabel()
        self.verdict.setObjectName("check_verdict")
        self.verdict.setWordWrap(True)

        row = QHBoxLayout()
        row.addWidget(self.epsilon_line, 1)
        row.addWidget(self.run)
        row.addWidget(self.stop)
        scopes = QHBoxLayout()
        scopes.addWidget(self.scope)
        scopes.addStretch()
        self.body.addLayout(scopes)
        self.body.addLayout(row)
        self.body.addWidget(self.plot)
        self.body.addLayout(self.epsilon_slider.below(LEFT_PX, RIGHT_PX))
        self.body.addWidget(self.numeric)
        self.body.addWidget(self.backprop)
        self.body.addWidget(self.verdict)

        self._name, self._note = "", ""
        self._sweep: Check | None = None
        self._checks: dict[str, tuple[Check, int]] = {}
        self._running = False
        self._progress = ""

        self.scope.chosen.connect(self._refresh)
        self.run.clicked.connect(self._on_run)
        self.stop.clicked.connect(self._on_stop)
        self.epsilon_slider.valueChanged.connect(self._refresh)
        self._refresh()

    @property
    def epsilon(self) -> float:
        """Half the distance of the two points."""
        return float(EPSILONS[len(EPSILONS) - 1 - self.epsilon_slider.value()])

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        super().set_theme(theme)
        for widget in (self.epsilon_line, self.plot, self.numeric, self.backprop):
            widget.set_theme(theme)

    def show_parameter(self, name: str) -> None:
        """Say which parameter it is; of another one nothing is known, nor of its layer."""
        if name == self._name:
            return
        self._name = name
        self.setAccessibleDescription(name)
        self.heading.setToolTip(name)
        is_bias = name.startswith("b")
        self.scope.buttons["weight"].setText("This bias" if is_bias else "This weight")
        if self._running and self.scope.choice != "network":
            self._on_stop()
        self._sweep = None
        self._checks.pop("layer", None)
        self._progress = ""
        self._refresh()

    def show_sweep(self, sweep: Check | None) -> None:
        """Show one derivative checked at several epsilons; None drops what is shown."""
        self._sweep = sweep
        if sweep is None or self.scope.choice == "weight":
            self._running, self._progress = False, ""
        self._refresh()

    def show_progress(self, done: int, total: int) -> None:
        """Say how many derivatives are checked. Ignored after a stop."""
        if self._running:
            self._progress = f"{done:,} of {total:,}"
            self._refresh()

    def show_check(
        self, check: Check | None, total_in_scope: int = 0, scope: str | None = None
    ) -> None:
        """
        Show many derivatives checked at one epsilon, as the answer for the layer or the network.

        Parameters
        ----------
        check
            None drops what is shown of both.
        total_in_scope
            How many there are; if more than were checked, these were drawn at random.
        scope
            What was checked, ``"layer"`` or ``"network"``; None for what is chosen.
        """
        if check is None:
            self._checks.clear()
        else:
            self._checks[scope or self.scope.choice] = (check, total_in_scope)
        self._running, self._progress = False, ""
        self._refresh()

    def set_note(self, text: str) -> None:
        """Say why nothing can be checked now; empty to allow it. A running check goes on."""
        self._note = text
        self._refresh()

    def _on_run(self) -> None:
        self._running, self._progress = True, "checking …"
        self._refresh()
        self.check_requested.emit(self.scope.choice, self.epsilon)

    def _on_stop(self) -> None:
        self._running = False
        self._progress = f"stopped at {self._progress}" if " of " in self._progress else "stopped"
        self._refresh()
        self.stop_requested.emit()

    def _refresh(self) -> None:
        scope, running = self.scope.choice, self._running
        self.scope.setEnabled(not running)
        self.run.setEnabled(not self._note)
        shown, hidden = (self.stop, self.run) if running else (self.run, self.stop)
        shown.setVisible(True)
        if hidden.hasFocus():  # or else the focus wanders off
            shown.setFocus()
        hidden.setVisible(False)
        of_weight = scope == "weight"
        for widget in (self.plot, self.numeric, self.backprop):
            widget.setVisible(of_weight)
        self.epsilon_line.show_text(power_of_ten(self.epsilon))
        self.plot.show_sweep(self._sweep)
        self.plot.show_epsilon(self.epsilon)
        place = None if self._sweep is None else _nearest(self._sweep, self.epsilon)
        for line, field in ((self.numeric, "numeric"), (self.backprop, "backprop")):
            value = None
            if self._sweep is not None and place is not None:
                value = float(getattr(self._sweep, field)[place])
            line.show_text("–" if value is None else signed(value, _DIGITS), value)
        text, trouble = self._words(place)
        say(self.verdict, text, trouble)

    def _words(self, place: int | None) -> tuple[str, bool]:
        """Return what is said below, and whether it is bad news."""
        scope = self.scope.choice
        if self._progress:
            return self._progress, False
        if scope == "weight" and self._sweep is not None and place is not None:
            return verdict_at(self._sweep, place)
        if scope in self._checks:
            return verdict_of_all(*self._checks[scope])
        return self._note or "Does the loss really change as the gradient says?", False


def _nearest(sweep: Check, epsilon: float) -> int:
    return int(np.abs(np.log(sweep.epsilons / epsilon)).argmin())
