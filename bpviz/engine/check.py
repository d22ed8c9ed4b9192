"""Back-propagated derivatives held against numerical ones."""

from typing import NamedTuple

import numpy as np

from bpviz.engine.arrays import Array
from bpviz.engine.network import Network
from bpviz.engine.stages import Backward, stages


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


def central_difference(
    network: Network, x: Array, y: Array, index: int, epsilon: float
) -> tuple[float, bool]:
    """
    Return (L(w + epsilon) - L(w - epsilon)) / (2 epsilon), and whether a kink lies in between.

    Parameters
    ----------
    network
        In float64. Its parameters are put back as they were.
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    index
        Which of ``network.params`` is w.
    epsilon
        Half the distance of the two points.
    """
    w = network.params[index]
    network.params[index] = w + epsilon
    loss_above, sides_above = _loss_and_sides(network, x, y)
    network.params[index] = w - epsilon
    loss_below, sides_below = _loss_and_sides(network, x, y)
    network.params[index] = w
    return (loss_above - loss_below) / (2 * epsilon), sides_above != sides_below


def check_gradients(
    network: Network, x: Array, y: Array, epsilon: float = 1e-5
) -> list[GradientCheck]:
    """
    Compare every derivative of a batch's loss with its central difference.

    The difference is off by a term in epsilon squared and by rounding of the order of
    1e-16 / epsilon; in float64 both are below 1e-9 at the epsilon given here.

    Parameters
    ----------
    network
        In float64, small enough for two forward passes a parameter.
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    epsilon
        Half the distance of the two points.

    Raises
    ------
    ValueError
        If the network is not in float64.
    """
    if network.params.dtype != np.float64:
        raise ValueError("a numerical check needs a float64 network")
    numeric = np.zeros_like(network.params)
    kinked = np.zeros_like(network.params)
    for index in range(network.params.size):
        numeric[index], kinked[index] = central_difference(network, x, y, index, epsilon)

    *_, last = stages(network, x, y)
    assert isinstance(last, Backward)

    checks = []
    parts = zip(*(network.split(flat) for flat in (last.gradient, numeric, kinked)), strict=True)
    for layer, (exact, measured, mask) in enumerate(parts):
        checks.append(_compared(layer, "W", exact.W, measured.W, mask.W))
        checks.append(_compared(layer, "b", exact.b, measured.b, mask.b))
    return checks


def _compared(
    layer: int, parameter: str, gradient: Array, numeric: Array, kinked: Array
) -> GradientCheck:
    kept = kinked == 0
    exact, numeric = gradient[kept], numeric[kept]
    scale = max(np.abs(exact).max(initial=0), np.abs(numeric).max(initial=0))
    error = float(np.abs(exact - numeric).max(initial=0) / scale) if scale else 0.0
    return GradientCheck(layer, parameter, error, exact.size, gradient.size - exact.size)


def _loss_and_sides(network: Network, x: Array, y: Array) -> tuple[float, bytes]:
    """Return the batch's loss, and for every kinked neuron on which side of the kink it is."""
    sides = b""
    a = x
    for layer in network.layers:
        z, a = layer.forward(a)
        if layer.activation.kink_at_zero:
            sides += (z > 0).tobytes()
    return float(network.loss.values(network.output, z, a, y).mean()), sides
