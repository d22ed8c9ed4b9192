"""The ink on the drawing pad, and the way back to what it was."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

INK_PX = 280
"""Height and width of the ink, in ink pixels, whatever the pad's size on screen."""

UNDO_STEPS = 100


class InkHistory:
    """
    What is on the pad, and up to `UNDO_STEPS` states to go back to.

    Attributes
    ----------
    ink : (280, 280) uint8
        0 is paper, 255 is ink. A change puts another array here and never writes to this one,
        which undo may bring back.
    """

    def __init__(self) -> None:
        self.ink: NDArray[np.uint8] = np.zeros((INK_PX, INK_PX), np.uint8)
        self._steps: deque[NDArray[np.uint8]] = deque(maxlen=UNDO_STEPS)

    @property
    def can_undo(self) -> bool:
        """Whether there is a state to go back to."""
        return bool(self._steps)

    def put(self, ink: NDArray[np.uint8], since: NDArray[np.uint8] | None = None) -> bool:
        """
        Put ink in place of what is there.

        Parameters
        ----------
        ink : (280, 280) uint8
            Kept, not copied.
        since : (280, 280) uint8
            The very array that was `ink` when a stroke began: all that is put since then is one
            step for undo. None makes a step of its own.

        Returns
        -------
        bool
            Whether that changed anything. What changes nothing is no step for undo.
        """
        if np.array_equal(ink, self.ink):
            return False
        if since is None or since is self.ink:
            self._steps.append(self.ink)
        self.ink = ink
        return True

    def undo(self) -> None:
        """
        Go one step back.

        Raises
        ------
        IndexError
            If there is none.
        """
        self.ink = self._steps.pop()
