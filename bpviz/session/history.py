"""What has happened since the start: every loss, every evaluation, every epoch's end."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.session.evaluation import Evaluation


class Evaluated(NamedTuple):
    """An evaluation, after so many batches."""

    batch: int
    result: Evaluation


class Course(NamedTuple):
    """
    A part of a history.

    Attributes
    ----------
    first_batch
        Number of the batch that `losses` begins with; the first of all is 1.
    losses : (n,) float32
        Losses of consecutive batches, each before its update. Read-only.
    validations, tests, epoch_ends
        What falls into this part; epoch ends are numbers of batches.
    """

    first_batch: int
    losses: NDArray[np.float32]
    validations: tuple[Evaluated, ...]
    tests: tuple[Evaluated, ...]
    epoch_ends: tuple[int, ...]


class Mark(NamedTuple):
    """A place in a history: how many entries of each list lie before it."""

    losses: int = 0
    validations: int = 0
    tests: int = 0
    epoch_ends: int = 0


class History:
    """Grows with every batch; a million batches take 4 MB."""

    def __init__(self) -> None:
        self._losses = np.empty(1024, np.float32)
        self._batches = 0
        self.validations: list[Evaluated] = []
        self.tests: list[Evaluated] = []
        self.epoch_ends: list[int] = []

    def __len__(self) -> int:
        return self._batches

    @property
    def losses(self) -> NDArray[np.float32]:
        """Loss of every batch : (batches,), a view."""
        return self._losses[: self._batches]

    def add_loss(self, loss: float) -> None:
        """Append one batch."""
        if self._batches == len(self._losses):
            self._losses = np.resize(self._losses, 2 * len(self._losses))
        self._losses[self._batches] = loss
        self._batches += 1

    def mark(self) -> Mark:
        """Return the place where the history ends now."""
        return Mark(self._batches, len(self.validations), len(self.tests), len(self.epoch_ends))

    def since(self, mark: Mark) -> Course:
        """Return a copy of all that came after a mark."""
        losses = self.losses[mark.losses :].copy()
        losses.flags.writeable = False
        return Course(
            mark.losses + 1,
            losses,
            tuple(self.validations[mark.validations :]),
            tuple(self.tests[mark.tests :]),
            tuple(self.epoch_ends[mark.epoch_ends :]),
        )
