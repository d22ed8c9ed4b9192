"""What a neuron makes of its weighted input: a = f(z), and the derivative blame goes through."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpviz.engine.arrays import Array

LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """
    An activation function and its derivative.

    Attributes
    ----------
    name
        As in settings and options, such as ``"leaky_relu"``.
    label
        As on screen, such as ``"leaky ReLU"``.
    value
        Takes z, of any shape (..., n), and returns a = f(z), of the same shape.
    derivative
        Takes z and a and returns f'(z), of the same shape. None for softmax, where each output
        depends on every z, so that there is no f'(z) of a single neuron.
    kink_at_zero
        Whether f has no derivative at z = 0. It is taken as the one from the left.
    """

    name: str
    label: str
    value: Callable[[Array], Array]
    derivative: Callable[[Array, Array], Array] | None
    kink_at_zero: bool = False

    def pull_back(self, z: Array, a: Array, da: Array) -> Array:
        """
        Return dL/dz from dL/da: the chain rule through this function.

        Parameters
        ----------
        z, a : (N, n)
            What the function was given and what it made of it.
        da : (N, n)
            dL/da of each sample.

        Returns
        -------
        (N, n)
            f'(z) * da; for softmax a * (da - sum(a * da)), its Jacobian's product with da
            (Goodfellow, Bengio, Courville, Deep Learning, 2016, section 6.2.2.3).
        """
        if self.derivative is None:
            product: Array = a * (da - (a * da).sum(axis=-1, keepdims=True))
            return product
        return self.derivative(z, a) * da


def _sigmoid(z: Array) -> Array:
    # The tanh form of 1 / (1 + exp(-z)): it cannot overflow.
    a: Array = 0.5 * np.tanh(0.5 * z) + 0.5
    return a


def _softmax(z: Array) -> Array:
    # Subtracting the largest z changes nothing but keeps exp from overflowing.
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    a: Array = powers / powers.sum(axis=-1, keepdims=True)
    return a


RELU = Activation(
    "relu", "ReLU", lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(z.dtype), True
)
LEAKY_RELU = Activation(
    "leaky_relu",
    "leaky ReLU",
    lambda z: np.maximum(z, LEAK * z),
    lambda z, a: np.where(z > 0, z.dtype.type(1), z.dtype.type(LEAK)),
    True,
)
TANH = Activation("tanh", "tanh", np.tanh, lambda z, a: 1 - a * a)
SIGMOID = Activation("sigmoid", "sigmoid", _sigmoid, lambda z, a: a * (1 - a))
LINEAR = Activation("linear", "linear", lambda z: z.copy(), lambda z, a: np.ones_like(z))
SOFTMAX = Activation("softmax", "softmax", _softmax, None)

HIDDEN_ACTIVATIONS = {f.name: f for f in (RELU, LEAKY_RELU, TANH, SIGMOID, LINEAR)}
OUTPUT_ACTIVATIONS = {f.name: f for f in (SOFTMAX, *HIDDEN_ACTIVATIONS.values())}
