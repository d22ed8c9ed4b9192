"""Back-propagated derivatives held against numerical ones, in float64."""

from collections.abc import Generator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.engine.arrays import Array
from bpviz.engine.central_difference import fill_differences
from bpviz.engine.network import Network
from bpviz.engine.records import Records, Rows, collect
from bpviz.engine.stages import stages

Floats = NDArray[np.float64]

EPSILONS = 10.0 ** (-np.arange(2, 25) / 2)
"""From 0.1 to 1e-12, two a decade: from where truncation rules to where rounding does."""


class GradientCheck(NamedTuple):
    """
    The comparison of one array of parameters.

    Attributes
    ----------
    layer
        Index of the layer, 0 being the first with weights.
    parameter
        ``"W"`` or ``"b"``.
    relative_error
        Largest difference of the two derivatives, relative to the array's largest derivative.
    compared
        How many derivatives were compared.
    kinks
        How many were left out, because a kink of an activation function lies between the two
        points of the central difference, where no numerical derivative exists.
    """

    layer: int
    parameter: str
    relative_error: float
    compared: int
    kinks: int


class Check(NamedTuple):
    """
    Derivatives of a batch's loss, back-propagated and numerical.

    Attributes
    ----------
    indices : (n,)
        Of which of the network's parameters.
    epsilons : (n,)
        Half the distance of the two points of each central difference.
    backprop : (n,)
        The derivatives that the backward pass gives.
    numeric : (n,)
        (L(w + epsilon) - L(w - epsilon)) / (2 epsilon).
    errors : (n,)
        |backprop - numeric| / max(|backprop|, |numeric|), 0 where both are zero. Nothing is
        left out or rounded off: see `noise` before blaming a derivative that is tiny.
    kinked : (n,)
        Whether a kink of an activation function lies between the two points, so that there need
        not be a derivative and the error means nothing.
    noise : (n,)
        About what rounding of the losses alone adds to the numerical derivative, 2e-16 / epsilon
        (times L if it is larger than 1). A derivative of that size cannot be told from zero.
    """

    indices: Rows
    epsilons: Floats
    backprop: Floats
    numeric: Floats
    errors: Floats
    kinked: NDArray[np.bool_]
    noise: Floats

    @property
    def worst(self) -> float:
        """
        The largest difference of two derivatives, relative to the largest derivative of all.

        As in `GradientCheck`: what is tiny beside the others, and so mostly rounding, does not
        raise it. Derivatives at kinks are left out; 0 if there are no others.
        """
        return _worst(self.backprop, self.numeric, self.kinked)

    @property
    def kinks(self) -> int:
        """How many derivatives have a kink between their two points."""
        return int(self.kinked.sum())


def check_parameters(
    network: Network,
    x: Array,
    y: Array,
    indices: Sequence[int] | Rows,
    epsilon: float = 1e-5,
) -> Generator[int, None, Check]:
    """
    Compare derivatives of a batch's loss with their central differences, some at a time.

    The difference is off by a term in epsilon squared and by rounding of the order of
    1e-16 / epsilon; both are below 1e-9 at the epsilon given here.

    Parameters
    ----------
    network
        It is copied in float64 at the first ``next()`` and never changed; so the derivatives are
        not those of float32 training to the last digit, but to rounding.
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    indices : (n,)
        Which of ``network.params``.
    epsilon
        Half the distance of the two points.

    Yields
    ------
    int
        How many derivatives are done, every few milliseconds in a small network.
    """
    indices = np.asarray(indices, np.intp)
    return (yield from _check(network, x, y, indices, np.full(len(indices), epsilon)))


def sweep_epsilon(
    network: Network, x: Array, y: Array, index: int, epsilons: Floats = EPSILONS
) -> Generator[int, None, Check]:
    """
    Compare one derivative with its central differences at several distances.

    Large ones suffer from truncation, the error growing with epsilon squared, small ones from
    rounding, the error growing with 1 / epsilon (Press et al., Numerical Recipes, 2007, section
    5.7).

    Parameters
    ----------
    network, x, y
        As for `check_parameters`.
    index
        Which of ``network.params``.
    epsilons : (n,)
        Half the distances of the two points.

    Yields
    ------
    int
        How many distances are done.
    """
    indices = np.full(len(epsilons), index, np.intp)
    return (yield from _check(network, x, y, indices, epsilons))


def check_gradients(
    network: Network, x: Array, y: Array, epsilon: float = 1e-5
) -> list[GradientCheck]:
    """
    Compare every derivative of a batch's loss with its central difference, array by array.

    Parameters
    ----------
    network
        In float64. It is not changed.
    x, y, epsilon
        As for `check_parameters`.

    Raises
    ------
    ValueError
        If the network is not in float64.
    """
    if network.params.dtype != np.float64:
        raise ValueError("a numerical check needs a float64 network")
    records = collect(Records(network, x, y), stages(network, x, y))
    gradient = records.gradient
    assert gradient is not None
    numeric, kinked = np.empty_like(gradient), np.empty_like(gradient)
    everything = np.arange(gradient.size)
    for _ in fill_differences(
        records, everything, np.full(gradient.size, epsilon), numeric, kinked
    ):
        pass
    checks = []
    parts = zip(*map(network.split, (gradient, numeric, kinked)), strict=True)
    for layer, (exact, measured, mask) in enumerate(parts):
        checks.append(_compared(layer, "W", exact.W, measured.W, mask.W))
        checks.append(_compared(layer, "b", exact.b, measured.b, mask.b))
    return checks


def _compared(
    layer: int, parameter: str, exact: Array, numeric: Array, kinked: Array
) -> GradientCheck:
    kinks = int(kinked.sum())
    worst = _worst(exact, numeric, kinked != 0)
    return GradientCheck(layer, parameter, worst, exact.size - kinks, kinks)


def _worst(exact: Array, numeric: Array, kinked: NDArray[np.bool_]) -> float:
    exact, numeric = exact[~kinked], numeric[~kinked]
    scale = max(np.abs(exact).max(initial=0), np.abs(numeric).max(initial=0))
    return float(np.abs(exact - numeric).max(initial=0) / scale) if scale else 0.0


def _check(
    network: Network, x: Array, y: Array, indices: Rows, epsilons: Floats
) -> Generator[int, None, Check]:
    twin = network.over(network.params.astype(np.float64))
    x, y = x.astype(np.float64), y.astype(np.float64)
    with np.errstate(all="ignore"):
        records = collect(Records(twin, x, y), stages(twin, x, y))
    assert records.gradient is not None
    assert records.loss is not None
    numeric, kinked = np.empty(len(indices)), np.empty(len(indices), bool)
    yield from fill_differences(records, indices, epsilons, numeric, kinked)

    backprop = records.gradient[indices].astype(np.float64)
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(backprop), np.abs(numeric))
        errors = np.abs(backprop - numeric) / np.where(larger == 0, 1, larger)
        noise = np.finfo(np.float64).eps * max(1, records.loss.value) / epsilons
    return Check(indices, epsilons, backprop, numeric, errors, kinked, noise)
