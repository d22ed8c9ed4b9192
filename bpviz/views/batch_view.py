"""One batch as it is looked at: its records, its labels, and whose mean is shown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Array, Records, Rows
from bpviz.views.geometry import PICTURE_SIDE

_NAMING_INPUTS = 3


@dataclass(frozen=True, eq=False)
class BatchView:
    """
    What the views need to know about a batch.

    Attributes
    ----------
    records
        What has been computed of it.
    labels : (N,) or None
        The right class of each sample; None where samples have targets but no class.
    classes
        Names of the outputs.
    rows : (n,)
        The samples looked at: all, those of one label, or a single one.
    sample
        The single one looked at; None for a mean.
    label
        The label whose samples are looked at; None for all.
    drawn
        Whether it is the user's drawing and not a part of the training data.
    left_out
        Whether its update is left out, because something is not finite.
    """

    records: Records
    labels: NDArray[np.integer] | None
    classes: Sequence[str]
    rows: Rows
    sample: int | None = None
    label: int | None = None
    drawn: bool = False
    left_out: bool = False

    @property
    def digits(self) -> int:
        """How many significant digits of its numbers are worth showing."""
        return 8 if self.records.network.params.dtype == np.float64 else 4

    @property
    def has_pictures(self) -> bool:
        """Whether the inputs are the ink of a picture."""
        return bool(self.records.x.shape[1] == PICTURE_SIDE**2)

    @property
    def has_classes(self) -> bool:
        """Whether the outputs are classes of which one is guessed."""
        known = self.labels is not None or self.records.y is None
        return known and self.records.network.sizes[-1] > 1

    @property
    def loss(self) -> float:
        """The mean loss of the samples looked at; NaN before there is one."""
        loss = self.records.loss
        if loss is None:
            return math.nan
        # The whole batch's as it was reported, to the last digit.
        return loss.value if len(self.rows) == len(self) else float(loss.values[self.rows].mean())

    @property
    def named_by_inputs(self) -> bool:
        """Whether samples are so small that their inputs are their names, as (0, 1) is."""
        return self.labels is None and not self.drawn and self.records.x.shape[1] <= _NAMING_INPUTS

    def inputs(self, sample: int) -> str:
        """Return a sample's inputs, such as ``"0, 1"``."""
        return ", ".join(f"{value:g}" for value in self.records.x[sample])

    def name(self, sample: int) -> str:
        """Return what a sample is called, such as ``"x = (0, 1)"``, or else its place."""
        if self.drawn:
            return "your drawing"
        if not self.named_by_inputs:
            return f"sample {sample + 1:,}"
        inputs = self.inputs(sample)
        return f"x = ({inputs})" if self.records.x.shape[1] > 1 else f"x = {inputs}"

    def mean(self, values: Array) -> Array:
        """Return the mean of values : (N, n) over the samples looked at, (n,)."""
        mean: Array = (values if len(self.rows) == len(self) else values[self.rows]).mean(axis=0)
        return mean

    def __len__(self) -> int:
        return len(self.records.x)
