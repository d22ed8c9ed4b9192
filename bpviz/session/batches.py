"""The order in which the training pictures are taken."""

import numpy as np
from numpy.typing import NDArray


class Batches:
    """
    Shuffles all samples anew for every epoch and deals them out.

    The order of an epoch depends on the seed and the epoch's number alone.

    Parameters
    ----------
    n
        How many samples there are.
    seed
        Of the shuffles.

    Attributes
    ----------
    epoch
        The epoch under way, 1 being the first. It goes on counting with the first batch of the
        next one, not with the last batch of its own.
    position
        How many of its samples are done.
    batch_in_epoch
        How many batches those were.
    """

    def __init__(self, n: int, seed: int) -> None:
        self._n = n
        self._seed = seed
        self._order = self._shuffled(1)
        self.epoch = 1
        self.position = 0
        self.batch_in_epoch = 0

    def _shuffled(self, epoch: int) -> NDArray[np.intp]:
        return np.random.default_rng((self._seed, epoch)).permutation(self._n)

    @property
    def epoch_is_over(self) -> bool:
        """Whether every sample of the epoch under way is done."""
        return self.position == self._n

    def in_epoch(self, batch_size: int) -> int:
        """Return how many batches this epoch has, if the rest of it comes in this size."""
        return self.batch_in_epoch + -(-(self._n - self.position) // batch_size)

    def next(self, batch_size: int) -> NDArray[np.intp]:
        """Return the next samples' indices : (batch_size,); the last batch may have fewer."""
        if self.epoch_is_over:
            self.epoch += 1
            self.position = self.batch_in_epoch = 0
            self._order = self._shuffled(self.epoch)
        return self._order[self.position : self.position + batch_size]

    def done(self, n: int, batches: int = 1) -> None:
        """Take note that n of the samples last given are done, in so many batches."""
        self.position += n
        self.batch_in_epoch += batches
