"""Which of the views beside the network are brought up to date with which frame."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from bpviz.session.snapshot import Snapshot
from bpviz.views.batch_view import BatchView

Show = Callable[[Snapshot, BatchView | None], None]

# Longer between two frames, and there is time to show everything.
PAUSE_S = 0.08


class Turns:
    """
    Spreads views over the frames while training plays: nobody reads fifty numbers a second.

    Every other frame shows one of these, each frame the network. Frames that are far apart show
    all of them.

    Parameters
    ----------
    views
        What shows a snapshot.
    """

    def __init__(self, *views: Show) -> None:
        self._views = deque(views)
        self._last_s = 0.0
        self._frames = 0

    def take(self, playing: bool) -> Sequence[Show]:
        """Return those that are to show this frame."""
        now_s = time.perf_counter()
        is_pressed = playing and now_s - self._last_s < PAUSE_S
        self._last_s = now_s
        if not is_pressed:
            return tuple(self._views)
        self._frames += 1
        if self._frames % 2:
            return ()
        self._views.rotate(-1)
        return (self._views[-1],)
