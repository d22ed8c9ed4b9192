"""Back-propagated derivatives against numerical ones, computed without the engine's help."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OUTPUT_ACTIVATIONS,
    Array,
    Backward,
    Forward,
    Loss,
    Network,
    stages,
)

Float = NDArray[np.float64]
SIZES = (4, 5, 3, 3)
FITTING = [
    (output, loss)
    for output in OUTPUT_ACTIVATIONS
    for loss in LOSSES
    if loss == "squared_error" or output in ("softmax", "sigmoid")
]
FORMULAS: dict[str, Callable[[Float], Float]] = {
    "relu": lambda z: z * (z > 0),
    "leaky_relu": lambda z: z * np.where(z > 0, 1, 0.01),
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}


def textbook_loss(params: Float, x: Float, y: Float, hidden: str, output: str, loss: str) -> float:
    """The mean loss of a batch, by the formulas above and a parameter layout of its own."""
    a, start = x, 0
    for n_in, n_out in pairwise(SIZES):
        W = params[start : start + n_in * n_out].reshape(n_in, n_out)
        b = params[start + n_in * n_out : start + (n_in + 1) * n_out]
        start += (n_in + 1) * n_out
        z = a @ W + b
        if "relu" in (hidden, output):
            assert np.abs(z).min() > 1e-4  # no kink within reach of the difference below
        a = FORMULAS[output if start == params.size else hidden](z)
    if loss == "squared_error":
        return float(np.mean(((a - y) ** 2).sum(axis=1) / 2))
    if output == "softmax":
        return float(np.mean(-(y * np.log(a)).sum(axis=1)))
    return float(np.mean(-(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=1)))


def make(hidden: str, output: str, loss: str) -> tuple[Network, Float, Float]:
    rng = np.random.default_rng(11)
    network = Network(SIZES, hidden=hidden, output=output, loss=loss, dtype=np.float64)
    # Biases too are drawn, or a forgotten one would go unnoticed.
    network.params[:] = rng.normal(0, 0.7, network.params.size)
    return network, rng.normal(size=(6, 4)), rng.uniform(size=(6, 3))


def backwards(network: Network, x: Array, y: Array) -> list[Backward]:
    """Return the backward records, the first layer's first."""
    return [r for r in stages(network, x, y) if isinstance(r, Backward)][::-1]


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), FITTING)
def test_that_every_derivative_agrees_with_a_central_difference(
    hidden: str, output: str, loss: str
) -> None:
    network, x, y = make(hidden, output, loss)
    numeric = np.empty(network.params.size)
    for index in range(numeric.size):
        step = np.zeros(numeric.size)
        step[index] = 1e-5
        above, below = (
            textbook_loss(network.params + sign * step, x, y, hidden, output, loss)
            for sign in (1, -1)
        )
        numeric[index] = (above - below) / 2e-5

    start = 0
    for record in backwards(network, x, y):
        for exact in (record.dW, record.db):
            measured = numeric[start : start + exact.size].reshape(exact.shape)
            start += exact.size
            assert np.abs(measured).max() > 1e-4  # or there would be nothing to compare
            assert np.abs(exact - measured).max() <= 1e-6 * np.abs(measured).max()
    assert start == numeric.size


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), FITTING)
def test_that_the_loss_is_the_textbooks_for_any_targets(
    hidden: str, output: str, loss: str
) -> None:
    network, x, y = make(hidden, output, loss)
    (record,) = (r for r in stages(network, x, y) if isinstance(r, Loss))
    params = network.params.astype(np.float64)
    expected = textbook_loss(params, x, y, hidden, output, loss)
    assert record.value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), FITTING)
def test_that_the_gradient_of_a_batch_is_the_mean_of_those_of_its_samples(
    hidden: str, output: str, loss: str
) -> None:
    network, x, y = make(hidden, output, loss)
    singles = [backwards(network, x[n : n + 1], y[n : n + 1])[0].gradient for n in range(len(x))]
    whole = backwards(network, x, y)[0].gradient
    np.testing.assert_allclose(whole, np.mean(singles, axis=0), rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_that_the_output_delta_is_prediction_minus_target(output: str) -> None:
    network, x, _ = make("tanh", output, "cross_entropy")
    y = np.eye(3)[[0, 1, 2, 2, 1, 0]]
    forward = [r for r in stages(network, x, y) if isinstance(r, Forward)][-1]
    delta = backwards(network, x, y)[-1].delta
    np.testing.assert_allclose(delta, forward.a - y, rtol=0, atol=1e-15)


def test_that_delta_is_of_each_sample_on_its_own() -> None:
    network, x, y = make("tanh", "softmax", "squared_error")
    whole = backwards(network, x, y)
    for n in range(len(x)):
        single = backwards(network, x[n : n + 1], y[n : n + 1])
        for record, alone in zip(whole, single, strict=True):
            np.testing.assert_allclose(record.delta[n], alone.delta[0], rtol=1e-11, atol=1e-15)


def test_that_float32_gives_the_derivatives_of_float64_as_near_as_it_can() -> None:
    network, x, y = make("sigmoid", "softmax", "cross_entropy")
    exact = backwards(network, x, y)[0].gradient
    twin = network.over(network.params.astype(np.float32))
    rough = backwards(twin, x.astype(np.float32), y.astype(np.float32))[0].gradient
    assert rough.dtype == np.float32
    assert np.abs(rough - exact).max() < 1e-5 * np.abs(exact).max()
