"""How many batches, or stages, are due."""

import math
import time

# What a slow machine could not train in this time is not made up for later.
_ARREARS_S = 0.1
# Keeps a limited speed smooth to the eye; what is due keeps it exact.
_FRAME_MS = 16


class Pace:
    """
    Lets so many steps a second become due.

    Attributes
    ----------
    per_s
        Steps a second; infinity for no limit.
    by_stages
        Whether a step is a stage, and not a whole batch.
    """

    def __init__(self) -> None:
        self.per_s = math.inf
        self.by_stages = False
        self._due = 0.0
        self._last_s = 0.0

    @property
    def interval_ms(self) -> int:
        """How often it is worth asking what is due."""
        return 0 if math.isinf(self.per_s) else _FRAME_MS

    def change(self, per_s: float, by_stages: bool) -> None:
        """Take another pace; what an unlimited one left due is forgotten."""
        self.per_s, self.by_stages = per_s, by_stages
        self._due = 0.0 if math.isinf(self._due) else min(self._due, 1.0)

    def start(self) -> None:
        """Begin now. The first step is due at once, however slow the pace."""
        self._due = 1.0
        self._last_s = time.perf_counter()

    def tick(self) -> None:
        """Let become due what the time since the last tick allows."""
        now_s = time.perf_counter()
        # A coarse clock may say that no time passed, and infinity times zero is NaN.
        passed_s = max(now_s - self._last_s, 1e-9)
        self._due = min(self._due + self.per_s * passed_s, 1 + self.per_s * _ARREARS_S)
        self._last_s = now_s

    @property
    def due(self) -> float:
        """How many steps are due, a part of one included; infinity without a limit."""
        return self._due

    def took(self, steps: int) -> None:
        """Take note that so many were done."""
        self._due -= steps
