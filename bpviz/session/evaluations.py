"""Evaluations that are due or under way, done a chunk at a time."""

from collections import deque
from collections.abc import Iterator

import numpy as np

from bpviz.data import Samples
from bpviz.engine import Network
from bpviz.session.evaluation import evaluate_in_chunks
from bpviz.session.history import Evaluated

_FINISHED = object()


class Evaluations:
    """
    A queue of evaluations of one network, which must not change before they are through.

    Parameters
    ----------
    network
        What is evaluated.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._queue: deque[Iterator[int]] = deque()

    def __bool__(self) -> bool:
        return bool(self._queue)

    def begin(self, samples: Samples | None, batch: int, results: list[Evaluated]) -> None:
        """
        Put one at the end of the queue.

        Parameters
        ----------
        samples
            What the network is tried on; None does nothing.
        batch
            How many batches it was trained on.
        results
            Is given the result in the end.
        """

        def chunks(samples: Samples) -> Iterator[int]:
            result = yield from evaluate_in_chunks(self._network, samples)
            results.append(Evaluated(batch, result))

        if samples is not None:
            self._queue.append(chunks(samples))

    def go_on(self) -> None:
        """Evaluate one chunk."""
        # Overflow in a network that has diverged was told already.
        with np.errstate(all="ignore"):
            if next(self._queue[0], _FINISHED) is _FINISHED:
                self._queue.popleft()

    def finish(self) -> None:
        """Bring all of them to their end."""
        while self._queue:
            self.go_on()
