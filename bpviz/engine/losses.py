"""How wrong an answer is, and which way each output should move."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bpviz.engine.activations import SIGMOID, SOFTMAX, Activation
from bpviz.engine.arrays import Array


class LossFunction(Protocol):
    """
    A loss L_n of each sample, and delta = dL_n/dz of the output layer.

    Both methods take the output layer's activation function, its z and a : (N, n_out), and the
    targets y : (N, n_out).
    """

    @property
    def name(self) -> str:
        """As in settings and options."""

    @property
    def label(self) -> str:
        """As on screen."""

    def fits(self, output: Activation) -> bool:
        """Return whether the loss is defined on the outputs of this activation function."""

    def values(self, output: Activation, z: Array, a: Array, y: Array) -> Array:
        """Return L_n of each sample : (N,)."""

    def delta(self, output: Activation, z: Array, a: Array, y: Array) -> Array:
        """Return dL_n/dz : (N, n_out)."""


@dataclass(frozen=True)
class CrossEntropy:
    """
    -sum(y log a) on softmax outputs, -sum(y log a + (1 - y) log(1 - a)) on sigmoid outputs.

    Both are computed from z, so that a confident mistake costs a finite number instead of
    log(0), and both have delta = a - y (Bishop, Pattern Recognition and Machine Learning, 2006,
    section 4.3.6).
    """

    name: str = "cross_entropy"
    label: str = "cross-entropy"

    def fits(self, output: Activation) -> bool:
        return output.name in (SOFTMAX.name, SIGMOID.name)

    def values(self, output: Activation, z: Array, a: Array, y: Array) -> Array:
        if output.name == SOFTMAX.name:
            shifted = z - z.max(axis=-1, keepdims=True)
            log_sum = np.log(np.exp(shifted).sum(axis=-1))
            values: Array = log_sum * y.sum(axis=-1) - (y * shifted).sum(axis=-1)
        else:
            values = (np.logaddexp(0, z) - y * z).sum(axis=-1)
        return values

    def delta(self, output: Activation, z: Array, a: Array, y: Array) -> Array:
        # Softmax pulls the whole target back: targets that do not sum to 1 weigh a accordingly.
        if output.name == SOFTMAX.name:
            delta: Array = a * y.sum(axis=-1, keepdims=True) - y
        else:
            delta = a - y
        return delta


@dataclass(frozen=True)
class SquaredError:
    """1/2 sum((a - y)^2), summed over the outputs: the half makes the derivative plain a - y."""

    name: str = "squared_error"
    label: str = "squared error"

    def fits(self, output: Activation) -> bool:
        return True

    def values(self, output: Activation, z: Array, a: Array, y: Array) -> Array:
        values: Array = 0.5 * np.square(a - y).sum(axis=-1)
        return values

    def delta(self, output: Activation, z: Array, a: Array, y: Array) -> Array:
        return output.pull_back(z, a, a - y)


def demand_fit(loss: LossFunction, output: Activation) -> None:
    """
    Refuse a loss that is not defined on the outputs.

    Raises
    ------
    ValueError
        It says which outputs would do.
    """
    if not loss.fits(output):
        raise ValueError(
            f"{loss.label} needs outputs between 0 and 1: "
            f"use softmax or sigmoid there, not {output.label}"
        )


CROSS_ENTROPY = CrossEntropy()
SQUARED_ERROR = SquaredError()
LOSSES: dict[str, LossFunction] = {loss.name: loss for loss in (CROSS_ENTROPY, SQUARED_ERROR)}
