"""At which batches the epochs ended, however many there are."""

import numpy as np
from numpy.typing import ArrayLike

from bpviz.views.loss_axes import Ticks


class EpochEnds:
    """
    The ends of all epochs, in the room that the changes of their length take.

    As long as each epoch has as many batches as the one before, its end follows from theirs: only
    the corners of the line "epoch number over batch" are kept.
    """

    def __init__(self) -> None:
        self._corners = np.empty((0, 2))  # number of the epoch from 1, its last batch

    def __len__(self) -> int:
        return int(self._corners[-1, 0]) if len(self._corners) else 0

    @property
    def last(self) -> float:
        """The batch at which the newest of them ended; 0: none yet."""
        return float(self._corners[-1, 1]) if len(self._corners) else 0.0

    def extend(self, ends: ArrayLike) -> None:
        """Add the last batches (n,) of the next n epochs, in rising order."""
        batches = np.asarray(ends, np.float64)
        if not len(batches):
            return
        numbers = np.arange(len(self) + 1, len(self) + len(batches) + 1, dtype=np.float64)
        points = np.vstack([self._corners[-2:], np.column_stack([numbers, batches])])
        slopes = np.diff(points[:, 1]) / np.diff(points[:, 0])
        turns = np.ones(len(points), bool)  # the first and the last are corners always
        turns[1:-1] = slopes[1:] != slopes[:-1]
        self._corners = np.vstack([self._corners[:-2], points[turns]])

    def ticks(self, first: float, last: float, most: int) -> Ticks:
        """
        Return where epochs ended between two batches, and their numbers, counted from 1.

        Every 2nd, 5th, 10th, ... is left where more than ``most`` are in view.
        """
        if not len(self):
            return []
        numbers, batches = self._corners.T
        seen_from, seen_to = np.interp((first, last), batches, numbers)
        # All but what lies before the first end, which `interp` takes for that end.
        low = int(np.ceil(seen_from - 1e-6)) if first > batches[0] else 1
        high = int(np.floor(seen_to + 1e-6)) if last >= batches[0] else 0
        if first > batches[-1]:
            return []
        steps = (m * 10**e for e in range(19) for m in (1, 2, 5))
        every = next(n for n in steps if high // n - (low - 1) // n <= max(most, 1))
        shown = np.arange(-(-low // every) * every, high + 1, every)
        at = np.interp(shown, numbers, batches).tolist()
        return [(end, f"{n:,}") for end, n in zip(at, shown.tolist(), strict=True)]
