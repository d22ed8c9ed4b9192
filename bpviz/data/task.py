"""What is to be learnt: samples with their targets, and what the numbers are called."""

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels.training import StoredSamples

Floats: TypeAlias = NDArray[np.floating[Any]]
Which: TypeAlias = slice | NDArray[np.intp]
"""Some samples: a slice, or an array of their indices."""


class Samples(Protocol):
    """Inputs and what the outputs should say to them. n below is the number of those asked for."""

    def __len__(self) -> int: ...

    def inputs(self, which: Which) -> Floats:
        """Return what the network sees : (n, n_in)."""

    def targets(self, which: Which) -> Floats:
        """Return what the outputs should say : (n, n_out)."""

    def labels(self, which: Which) -> NDArray[np.integer] | None:
        """Return the right class of each : (n,); None where samples have targets but no class."""

    def stored(self) -> StoredSamples | None:
        """Return all of them as they lie in memory; None if that is not in float32."""


@dataclass(frozen=True, eq=False)
class Table:
    """
    A few samples, written out.

    Attributes
    ----------
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    classes : (N,) or None
        The right class of each sample; None where there is none.
    """

    x: Floats
    y: Floats
    classes: NDArray[np.integer] | None = None

    def __len__(self) -> int:
        return len(self.x)

    def inputs(self, which: Which) -> Floats:
        return self.x[which]

    def targets(self, which: Which) -> Floats:
        return self.y[which]

    def labels(self, which: Which) -> NDArray[np.integer] | None:
        return None if self.classes is None else self.classes[which]

    def stored(self) -> StoredSamples | None:
        if self.x.dtype != np.float32 or self.y.dtype != np.float32:
            return None
        x, y = np.ascontiguousarray(self.x), np.ascontiguousarray(self.y)
        return StoredSamples(None, None, x, None, y)


@dataclass(frozen=True, eq=False)
class Task:
    """
    What a network is to learn, and what it starts with.

    Attributes
    ----------
    classes
        Names of the outputs.
    inputs
        Names of the inputs; None for a picture of 28 x 28 pixels.
    train
        Samples to learn from.
    validation, test
        Samples that are not learnt from; None where there are none.
    start : (n_params,) or None
        Parameters to start with; None has them drawn at random, as the settings say.
    dtype
        Of the samples' numbers, and in which to compute: float32 or float64.
    train_biases
        Whether training moves the biases too; some textbook calculations leave them alone.
    """

    classes: tuple[str, ...]
    inputs: tuple[str, ...] | None
    train: Samples
    validation: Samples | None = None
    test: Samples | None = None
    start: Floats | None = None
    dtype: np.dtype[np.floating[Any]] = np.dtype(np.float32)  # noqa: RUF009 (immutable)
    train_biases: bool = True

    @property
    def n_in(self) -> int:
        """How many inputs there are."""
        return int(self.train.inputs(slice(0, 1)).shape[1])

    @property
    def digits(self) -> int:
        """How many significant digits of its numbers are worth showing."""
        return 8 if self.dtype == np.float64 else 4

    @property
    def n_out(self) -> int:
        """How many outputs there are."""
        return len(self.classes)
