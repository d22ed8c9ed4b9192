"""Which of the views beside the network are brought up to date with which frame."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from bpviz.session.snapshot import Snapshot
from bpviz.views.batch_view import BatchView

Show = Callable[[Snapshot, BatchView | None], None]

# Longer between two frames, and there is time to show everything.
PAUSE_S = 0.04


class Turns:
    """
    Spreads views over the frames while training plays: nobody reads fifty numbers a second.

    Each frame shows the network and one of these: frames take the groups in turns, and the views
    of a group take turns in its frames. Frames that are far apart show all of them, and so do
    those of a training that is slowed down: there each batch is looked at.

    Parameters
    ----------
    groups
        What shows a snapshot, in groups.
    """

    def __init__(self, *groups: Iterable[Show]) -> None:
        self._groups = deque(deque(group) for group in groups)
        self._all = [show for group in self._groups for show in group]
        self._last_s = 0.0

    def take(self, hurried: bool) -> Sequence[Show]:
        """
        Return those that are to show this frame; if all, in the order in which they were given.

        Parameters
        ----------
        hurried
            Whether this is a frame of a training at full speed.
        """
        now_s = time.perf_counter()
        is_pressed = hurried and now_s - self._last_s < PAUSE_S
        self._last_s = now_s
        if not is_pressed:
            return self._all
        self._groups.rotate(-1)
        group = self._groups[-1]
        group.rotate(-1)
        return (group[-1],)
