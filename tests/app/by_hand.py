"""A batch worked out once more, in float64 and plain numpy, to hold the window against."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpviz.data import Mnist

Floats: TypeAlias = NDArray[np.float64]
NUMBER = r"[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?"


@dataclass(frozen=True, eq=False)
class ByHand:
    """
    Everything of one batch.

    Attributes
    ----------
    x, y : (N, n_in), (N, n_out)
        Inputs and targets.
    W, b, z, a, delta, dW, db
        One a layer with weights; delta holds dL_n/dz of each sample, dW and db are means.
    losses : (N,)
        Of each sample.
    """

    x: Floats
    y: Floats
    W: list[Floats]
    b: list[Floats]
    z: list[Floats]
    a: list[Floats]
    losses: Floats
    delta: list[Floats]
    dW: list[Floats]
    db: list[Floats]

    @property
    def loss(self) -> float:
        """Their mean."""
        return float(self.losses.mean())

    def incoming(self, layer: int) -> Floats:
        """Return what comes into a layer : (N, n_in)."""
        return self.a[layer - 1] if layer else self.x

    @property
    def gradient(self) -> Floats:
        """Flat, layer by layer, the weights and then the biases : (n_params,)."""
        parts = zip(self.dW, self.db, strict=True)
        return np.concatenate([part.ravel() for pair in parts for part in pair])


def work_out(
    params: NDArray[np.floating[Any]],
    sizes: Sequence[int],
    x: NDArray[np.floating[Any]],
    y: NDArray[np.floating[Any]],
    hidden: str = "relu",
) -> ByHand:
    """
    Work a batch out.

    Softmax outputs with cross-entropy, unless the hidden neurons are tanh or sigmoid: then sigmoid
    outputs with half the squared error summed over them.
    """
    signal, target, rest = x.astype(np.float64), y.astype(np.float64), params.astype(np.float64)
    incoming, W, b, z, a = [], [], [], [], []
    for n_in, n_out in pairwise(sizes):
        weights, bias, rest = np.split(rest, [n_in * n_out, (n_in + 1) * n_out])
        incoming.append(signal)
        W.append(weights.reshape(n_in, n_out))
        b.append(bias)
        z.append(signal @ W[-1] + bias)
        signal = _function(hidden, z[-1])
        a.append(signal)
    classifies = hidden == "relu"
    if classifies:
        powers = np.exp(z[-1] - z[-1].max(axis=1, keepdims=True))
        a[-1] = powers / powers.sum(axis=1, keepdims=True)
        losses = -np.log((a[-1] * target).sum(axis=1))
    else:
        a[-1] = _function("sigmoid", z[-1])
        losses = np.square(a[-1] - target).sum(axis=1) / 2
    miss = a[-1] - target
    delta = [miss if classifies else miss * a[-1] * (1 - a[-1])]
    for layer in range(len(W) - 2, -1, -1):
        slope = _slope(hidden, z[layer], a[layer])
        delta.insert(0, slope * (delta[0] @ W[layer + 1].T))
    dW = [a_in.T @ blame / len(x) for a_in, blame in zip(incoming, delta, strict=True)]
    return ByHand(
        incoming[0], target, W, b, z, a, losses, delta, dW, [blame.mean(axis=0) for blame in delta]
    )


def _function(name: str, z: Floats) -> Floats:
    if name == "relu":
        return np.maximum(z, 0)
    return np.tanh(z) if name == "tanh" else 1 / (1 + np.exp(-z))


def _slope(name: str, z: Floats, a: Floats) -> Floats:
    if name == "relu":
        return (z > 0).astype(np.float64)
    return 1 - a**2 if name == "tanh" else a * (1 - a)


def batch_of(data: Mnist, number: int = 0, n: int = 32) -> tuple[Floats, Floats, NDArray[np.uint8]]:
    """Return inputs, targets and labels of a batch of the first epoch, for the seed 0."""
    order = np.random.default_rng((0, 1)).permutation(len(data.train))
    taken = order[number * n : (number + 1) * n]
    labels = data.train.y[taken]
    return data.train.x[taken] / 255.0, np.eye(10)[labels], labels


def assert_shows(text: str, value: float, digits: int = 4, rounding: float = 2e-7) -> None:
    """Find a value in a text, to the digits displayed; float32 may round it another way."""
    match = re.search(NUMBER, text)
    assert match, f"no number in {text!r}"
    shown = float(match[0].replace(",", ""))
    unit = 10.0 ** (floor(log10(abs(value))) + 1 - digits) if value else 0.0
    assert abs(shown - value) <= 0.51 * unit + rounding, f"{text!r} is not {value:.9g}"


def assert_says(text: str, template: str, *values: float, digits: int = 4) -> None:
    """Find a text with a number in place of each ``{}`` of the template."""
    pattern = re.escape(template).replace(r"\{\}", f"({NUMBER})")
    match = re.fullmatch(pattern, text)
    assert match, f"{text!r} is not {template!r}"
    for shown, value in zip(match.groups(), values, strict=True):
        assert_shows(shown, value, digits)
