"""What has happened since the start: losses, evaluations, the ends of epochs."""

from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpviz.session.evaluation import Evaluation

KEPT = 1 << 19
"""How many numbers of the past are kept at least: ten seconds' losses where training is fastest."""

Number = TypeVar("Number", np.float32, np.int64)


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
    validations, tests
        What falls into this part.
    epoch_ends : (m,) int64
        Numbers of the batches at which epochs ended. Read-only.
    """

    first_batch: int
    losses: NDArray[np.float32]
    validations: tuple[Evaluated, ...]
    tests: tuple[Evaluated, ...]
    epoch_ends: NDArray[np.int64]


class Mark(NamedTuple):
    """A place in a history: how many entries of each list lie before it."""

    losses: int = 0
    validations: int = 0
    tests: int = 0
    epoch_ends: int = 0


class Newest(Generic[Number]):
    """
    A row of numbers that grows without end, of which at least the newest `KEPT` are kept.

    Of a row that is read by `since`, so is all that came after the last reading, however much.

    Parameters
    ----------
    dtype
        Of the numbers.
    """

    def __init__(self, dtype: type[Number]) -> None:
        self._room: NDArray[Number] = np.empty(1024, dtype)
        self._filled = self._forgotten = 0
        self._read: int | None = None  # how many there were at the last reading

    def __len__(self) -> int:
        """Return how many there were, kept or not."""
        return self._forgotten + self._filled

    @property
    def kept(self) -> NDArray[Number]:
        """Those that are kept, the newest last : (n,), a view."""
        return self._room[: self._filled]

    def append(self, value: float) -> None:
        """Add one."""
        if self._filled == len(self._room):
            self._make_room(1)
        self._room[self._filled] = value
        self._filled += 1

    def extend(self, values: ArrayLike) -> None:
        """Add several : (n,), in their order."""
        new = np.asarray(values, self._room.dtype)
        for start in range(0, len(new), KEPT):
            part = new[start : start + KEPT]
            if self._filled + len(part) > len(self._room):
                self._make_room(len(part))
            self._room[self._filled : self._filled + len(part)] = part
            self._filled += len(part)

    def since(self, count: int) -> NDArray[Number]:
        """Return a read-only copy of what came after the first ``count``, as far as it is kept."""
        part = self.kept[max(count - self._forgotten, 0) :].copy()
        part.flags.writeable = False
        self._read = len(self)
        return part

    def _make_room(self, count: int) -> None:
        wanted = max(KEPT, 0 if self._read is None else len(self) - self._read)
        kept = self.kept[-wanted:]
        self._forgotten += self._filled - len(kept)
        self._filled = len(kept)
        room = np.empty(min(2 * (len(kept) + count), 2 * wanted), self._room.dtype)
        room[: len(kept)] = kept
        self._room = room


class History:
    """
    Grows with every batch, but of old losses and epochs only the number is kept.

    Attributes
    ----------
    validations, tests
        Every evaluation.
    epoch_ends
        Numbers of the batches at which epochs ended, of int64.
    """

    def __init__(self) -> None:
        self._losses = Newest(np.float32)
        self.validations: list[Evaluated] = []
        self.tests: list[Evaluated] = []
        self.epoch_ends = Newest(np.int64)

    def __len__(self) -> int:
        return len(self._losses)

    @property
    def losses(self) -> NDArray[np.float32]:
        """Losses of the newest batches, at least `KEPT` if there were so many : (n,), a view."""
        return self._losses.kept

    def add_loss(self, loss: float) -> None:
        """Append one batch."""
        self._losses.append(loss)

    def add_losses(self, losses: NDArray[np.float32]) -> None:
        """Append the losses (n,) of n batches."""
        self._losses.extend(losses)

    def mark(self) -> Mark:
        """Return the place where the history ends now."""
        return Mark(len(self), len(self.validations), len(self.tests), len(self.epoch_ends))

    def since(self, mark: Mark) -> Course:
        """
        Return a copy of all that came after a mark, as far as it is kept.

        All that came since this was last called is, so a reader who never looks back misses none.
        """
        losses = self._losses.since(mark.losses)
        return Course(
            len(self) - len(losses) + 1,
            losses,
            tuple(self.validations[mark.validations :]),
            tuple(self.tests[mark.tests :]),
            self.epoch_ends.since(mark.epoch_ends),
        )
