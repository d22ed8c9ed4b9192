from collections.abc import Generator
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OUTPUT_ACTIVATIONS,
    Array,
    Backward,
    Network,
    flat_index,
    loss_along,
    stages,
)

T = TypeVar("T")
SIZES = (6, 5, 4, 3)
FITTING = [
    (output, loss)
    for output in OUTPUT_ACTIVATIONS
    for loss in LOSSES
    if LOSSES[loss].fits(OUTPUT_ACTIVATIONS[output])
]


def result_of(generator: Generator[object, None, T]) -> T:
    while True:
        try:
            next(generator)
        except StopIteration as end:
            result: T = end.value
            return result


def make(
    hidden: str, output: str, loss: str, dtype: DTypeLike = np.float64
) -> tuple[Network, Array, Array]:
    rng = np.random.default_rng(4)
    network = Network(SIZES, rng, hidden=hidden, output=output, loss=loss, dtype=dtype)
    for layer in network.layers:
        layer.b[:] = rng.normal(0, 0.3, layer.b.shape)
    x = rng.normal(size=(7, SIZES[0])).astype(dtype)
    return network, x, np.eye(SIZES[-1], dtype=dtype)[rng.integers(SIZES[-1], size=7)]


def loss_with(network: Network, x: Array, y: Array, index: int, value: float) -> float:
    """Forward through all layers, on a network whose parameter is changed."""
    twin = network.over(network.params.copy())
    twin.params[index] = value
    z = a = x
    for layer in twin.layers:
        z, a = layer.forward(a)
    return float(twin.loss.values(twin.output, z, a, y).astype(np.float64).mean())


PLACES: list[tuple[int, int | None, int]] = [(0, 2, 3), (0, None, 1), (1, 4, 0), (2, 3, 2)]


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize(("output", "loss"), FITTING)
@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_that_the_curve_is_the_true_loss_at_20_points(
    hidden: str, output: str, loss: str, dtype: DTypeLike, rtol: float
) -> None:
    network, x, y = make(hidden, output, loss, dtype)
    for place in [*PLACES, (2, None, 0)]:
        index = flat_index(network, *place)
        values = float(network.params[index]) + np.linspace(-2, 2, 20)
        losses = result_of(loss_along(network, x, y, index, values))
        expected = [loss_with(network, x, y, index, value) for value in values]
        assert losses.dtype == np.float64
        np.testing.assert_allclose(losses, expected, rtol=rtol)


@pytest.mark.parametrize("place", PLACES)
def test_that_the_slope_of_the_curve_is_the_gradient(place: tuple[int, int | None, int]) -> None:
    network, x, y = make("tanh", "softmax", "cross_entropy")
    index = flat_index(network, *place)
    *_, last = stages(network, x, y)
    assert isinstance(last, Backward)
    w, h = network.params[index], 1e-5
    below, above = result_of(loss_along(network, x, y, index, [w - h, w + h]))
    assert (above - below) / (2 * h) == pytest.approx(last.gradient[index], rel=1e-6)


def test_that_the_parameters_never_change_not_even_between_two_points() -> None:
    network, x, y = make("relu", "softmax", "cross_entropy")
    network.params.flags.writeable = False
    before = network.params.tobytes()
    for _ in loss_along(network, x, y, 8, [1.0, 2.0, 3.0]):
        assert network.params.tobytes() == before


def test_that_training_between_two_points_does_not_bend_the_curve() -> None:
    network, x, y = make("relu", "softmax", "cross_entropy")
    values = np.linspace(-1, 1, 5)
    whole = result_of(loss_along(network, x, y, 8, values))
    halfway = loss_along(network, x, y, 8, values)
    next(halfway)
    network.params += 1
    np.testing.assert_array_equal(result_of(halfway), whole)


def test_that_it_pauses_after_each_point() -> None:
    network, x, y = make("relu", "softmax", "cross_entropy")
    assert len(list(loss_along(network, x, y, 0, range(9)))) == 9


def test_that_a_value_beyond_all_bounds_gives_what_is_not_finite_and_no_warning() -> None:
    network, x, y = make("linear", "linear", "squared_error")
    losses: NDArray[np.float64] = result_of(
        loss_along(network, x, y, 0, [1e200, float("inf"), 0.0])
    )
    assert not np.isfinite(losses[:2]).any()
    assert np.isfinite(losses[2])


def test_that_an_unknown_parameter_is_refused() -> None:
    network, x, y = make("relu", "softmax", "cross_entropy")
    with pytest.raises(IndexError):
        next(loss_along(network, x, y, network.params.size, [0.0]))
