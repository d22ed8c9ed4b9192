"""A network of dense layers, whose parameters lie in one flat array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from bpviz.engine.activations import HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from bpviz.engine.arrays import Array
from bpviz.engine.initializers import INITIALIZERS
from bpviz.engine.losses import LOSSES, demand_fit

T = TypeVar("T")


def parameter_count(sizes: Sequence[int]) -> int:
    """Return how many weights and biases a network has whose layers, inputs first, are so wide."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


class LayerArrays(NamedTuple):
    """One layer's part of a flat array: W : (n_in, n_out) and b : (n_out,), both views."""

    W: Array
    b: Array


@dataclass(frozen=True)
class Dense:
    """
    A layer that joins every input with every neuron: z = a_in W + b, a = f(z).

    Attributes
    ----------
    W : (n_in, n_out)
        Weights. ``W[i, j]`` leads from input i to neuron j. A view of the network's parameters.
    b : (n_out,)
        Biases. A view of the network's parameters.
    activation
        f.
    """

    W: Array
    b: Array
    activation: Activation

    def forward(self, a_in: Array) -> tuple[Array, Array]:
        """Return z and a : (N, n_out) for a_in : (N, n_in)."""
        z = a_in @ self.W
        z += self.b
        return z, self.activation.value(z)

    def gradient(self, a_in: Array, delta: Array, out: LayerArrays) -> None:
        """
        Write dL/dW and dL/db of a batch.

        Parameters
        ----------
        a_in : (N, n_in)
            What the layer was given.
        delta : (N, n_out)
            dL_n/dz of this layer.
        out
            Is given dW, the mean over the samples of a_in times delta, and db, that of delta.
        """
        share = delta / len(delta)
        np.matmul(a_in.T, share, out=out.W)
        share.sum(axis=0, out=out.b)

    def pull_back(self, delta: Array) -> Array:
        """Return dL_n/da_in : (N, n_in) from delta : (N, n_out), dL_n/dz of this layer."""
        return delta @ self.W.T


class Network:
    """
    Layers in a row, and the loss that they are to make small.

    Parameters
    ----------
    sizes
        Neurons of each layer, the inputs first: ``[784, 16, 16, 10]``.
    rng
        Draws the weights; biases start at zero. None leaves all parameters at zero.
    hidden, output
        Names of activation functions (`HIDDEN_ACTIVATIONS`, `OUTPUT_ACTIVATIONS`).
    loss
        Name of the loss function (`LOSSES`).
    initializer
        Name of the rule that draws the weights (`INITIALIZERS`).
    dtype
        float32 to train, float64 to check.

    Attributes
    ----------
    params : (n_params,)
        All parameters: W of the first layer row by row, its b, W of the second layer, ...
        Writing into it, or into a layer's W or b, changes the network.
    layers
        Views of `params`, the first layer first.

    Raises
    ------
    ValueError
        If fewer than two sizes are given, one is below 1, a name is unknown, or the loss is not
        defined on the outputs.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        rng: np.random.Generator | None = None,
        *,
        hidden: str = "relu",
        output: str = "softmax",
        loss: str = "cross_entropy",
        initializer: str = "he",
        dtype: DTypeLike = np.float32,
    ) -> None:
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"a network needs two or more layers of 1 or more neurons: {sizes}")
        self.sizes = tuple(sizes)
        self.hidden = _named("hidden activation", HIDDEN_ACTIVATIONS, hidden)
        self.output = _named("output activation", OUTPUT_ACTIVATIONS, output)
        self.loss = _named("loss", LOSSES, loss)
        demand_fit(self.loss, self.output)
        draw = _named("initializer", INITIALIZERS, initializer)
        self._bind(np.zeros(parameter_count(self.sizes), dtype))
        if rng is not None:
            for layer in self.layers:
                layer.W[:] = draw(rng, *layer.W.shape)

    def _bind(self, params: Array) -> None:
        self.params = params
        functions = [self.hidden] * (len(self.sizes) - 2) + [self.output]
        parts = self.split(params)
        self.layers = tuple(Dense(*part, f) for part, f in zip(parts, functions, strict=True))

    def split(self, flat: Array) -> list[LayerArrays]:
        """
        Return views of a flat array, shaped like the layers' parameters.

        Parameters
        ----------
        flat : (n_params,)
            Parameters, their gradient, or an optimiser's moments.
        """
        parts = []
        start = 0
        for n_in, n_out in pairwise(self.sizes):
            middle = start + n_in * n_out
            end = middle + n_out
            parts.append(LayerArrays(flat[start:middle].reshape(n_in, n_out), flat[middle:end]))
            start = end
        return parts

    def over(self, params: Array) -> "Network":
        """
        Return a network of the same build that uses these parameters, without copying them.

        Parameters
        ----------
        params : (n_params,)
            They also give the dtype.

        Raises
        ------
        ValueError
            If the number of parameters is another one.
        """
        if params.shape != self.params.shape:
            raise ValueError(f"{self.params.size:,} parameters are needed, not {params.shape}")
        twin = object.__new__(Network)
        twin.sizes, twin.hidden, twin.output, twin.loss = (
            self.sizes,
            self.hidden,
            self.output,
            self.loss,
        )
        twin._bind(params)
        return twin

    def predict(self, x: Array) -> Array:
        """Return the outputs a : (N, n_out) for inputs x : (N, n_in)."""
        a = x
        for layer in self.layers:
            _, a = layer.forward(a)
        return a


def _named(what: str, choices: Mapping[str, T], name: str) -> T:
    try:
        return choices[name]
    except KeyError:
        known = ", ".join(choices)
        raise ValueError(f"unknown {what} {name!r}: choose one of {known}") from None
