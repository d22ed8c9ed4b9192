"""Whose part in a batch is looked at."""

from typing import NamedTuple

import numpy as np

from bpviz.engine import Rows
from bpviz.session.walk import Batch


class Look(NamedTuple):
    """
    A choice among the samples of every batch.

    Attributes
    ----------
    label
        Only samples of this class; None for all.
    sample
        Only this one, 0 being the first of the batch; None for the mean.
    agreement
        Whether it is wanted how much the samples agree on each weight, which takes its time.
    parameter
        The one whose update is to be taken apart, an index into the parameters; None for none.
    """

    label: int | None = None
    sample: int | None = None
    agreement: bool = False
    parameter: int | None = None

    def single(self, batch: Batch) -> int | None:
        """Return which one sample of a batch is looked at; None for a mean."""
        if len(batch.x) == 1 and (batch.drawn or self._fits(batch)):
            return 0
        return self.sample if self.sample is not None and self.sample < len(batch.x) else None

    def _fits(self, batch: Batch) -> bool:
        return self.label is None or batch.labels is None or int(batch.labels[0]) == self.label

    def rows(self, batch: Batch) -> Rows:
        """Return the samples of a batch that are looked at : (n,); there may be none."""
        single = self.single(batch)
        if single is not None:
            return np.array([single])
        if self.label is None or batch.labels is None:
            return np.arange(len(batch.x))
        return np.flatnonzero(batch.labels == self.label)
