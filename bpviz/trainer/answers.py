"""Questions about the batch on screen, answered piece by piece between two slices of training."""

import time
from collections.abc import Generator

from PySide6.QtCore import QObject, Signal

from bpviz.session.questions import Checked, Curve, Progress

PROGRESS_S = 0.1


class Answers(QObject):
    """
    At most one curve and one check under way; a new question takes the place of the old one.

    Signals
    -------
    curve_drawn
        `Curve` or None: the loss along the parameter asked for; None if there is none, or if
        something else came in between.
    check_progressed
        `Progress` of the check asked for.
    checked
        `Checked`, or None if it was stopped or there is nothing to check.
    """

    curve_drawn = Signal(object)
    check_progressed = Signal(object)
    checked = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._curve: Generator[None, None, Curve | None] | None = None
        self._check: Generator[Progress, None, Checked | None] | None = None
        self._last_progress_s = 0.0

    def __bool__(self) -> bool:
        return self._curve is not None or self._check is not None

    def draw(self, curve: Generator[None, None, Curve | None]) -> None:
        """Work out a curve."""
        self._curve = curve

    def check(self, check: Generator[Progress, None, Checked | None]) -> None:
        """Work out a check."""
        self._check = check

    def stop_check(self) -> None:
        """Give up the check under way."""
        if self._check is not None:
            self._check = None
            self.checked.emit(None)

    def drop(self) -> None:
        """Give up everything under way."""
        if self._curve is not None:
            self._curve = None
            self.curve_drawn.emit(None)
        self.stop_check()

    def go_on(self) -> None:
        """Work out a piece."""
        if self._curve is not None:
            try:
                next(self._curve)
            except StopIteration as end:
                self._curve = None
                self.curve_drawn.emit(end.value)
        elif self._check is not None:
            try:
                progress = next(self._check)
            except StopIteration as end:
                self._check = None
                self.checked.emit(end.value)
            else:
                now_s = time.perf_counter()
                if now_s - self._last_progress_s >= PROGRESS_S:
                    self._last_progress_s = now_s
                    self.check_progressed.emit(progress)
