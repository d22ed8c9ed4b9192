import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    Activation,
    Array,
    Network,
    central_difference,
    check_gradients,
)

Batch = tuple[NDArray[np.float64], NDArray[np.float64]]


@pytest.fixture
def batch() -> Batch:
    rng = np.random.default_rng(5)
    return rng.normal(size=(4, 3)), np.eye(2)[[0, 1, 1, 0]]


def make(hidden: str = "tanh", **names: str) -> Network:
    return Network([3, 4, 2], np.random.default_rng(6), hidden=hidden, dtype=np.float64, **names)


def with_derivative(network: Network, derivative: Activation) -> Network:
    """Return the network with another hidden activation function, say a broken one."""
    network.layers = (
        dataclasses.replace(network.layers[0], activation=derivative),
        *network.layers[1:],
    )
    return network


def test_that_right_derivatives_pass_with_one_result_an_array(batch: Batch) -> None:
    results = check_gradients(make(), *batch)
    assert [(r.layer, r.parameter, r.compared) for r in results] == [
        (0, "W", 12),
        (0, "b", 4),
        (1, "W", 8),
        (1, "b", 2),
    ]
    for result in results:
        assert 0 < result.relative_error <= 1e-6
        assert result.kinks == 0


@pytest.mark.parametrize("factor", [0.99, 1.001, -1.0, 0.0])
def test_that_a_derivative_made_wrong_on_purpose_is_found_where_it_is(
    batch: Batch, factor: float
) -> None:
    tanh = HIDDEN_ACTIVATIONS["tanh"]

    def wrong(z: Array, a: Array) -> Array:
        result: Array = factor * (1 - a * a)
        return result

    network = with_derivative(make(), dataclasses.replace(tanh, derivative=wrong))
    first_W, first_b, second_W, second_b = check_gradients(network, *batch)
    assert first_W.relative_error > 5e-4
    assert first_b.relative_error > 5e-4
    assert second_W.relative_error <= 1e-6
    assert second_b.relative_error <= 1e-6


def test_that_a_derivative_that_is_not_a_number_does_not_pass(batch: Batch) -> None:
    broken = dataclasses.replace(
        HIDDEN_ACTIVATIONS["tanh"], derivative=lambda z, a: np.full_like(z, np.nan)
    )
    result = check_gradients(with_derivative(make(), broken), *batch)[0]
    assert not result.relative_error <= 1e-6


def test_that_weights_whose_difference_straddles_a_kink_are_counted_and_left_out() -> None:
    network = Network(
        [1, 2, 1], hidden="relu", output="linear", loss="squared_error", dtype=np.float64
    )
    network.layers[0].W[:] = [[1.0, 1.0]]
    network.layers[0].b[:] = [-1.0, 0.5]  # at x = 1 the first neuron stands on its kink
    network.layers[1].W[:] = [[1.0], [1.0]]
    results = check_gradients(network, np.array([[1.0]]), np.array([[0.0]]))
    assert [(r.parameter, r.compared, r.kinks) for r in results] == [
        ("W", 1, 1),
        ("b", 1, 1),
        ("W", 2, 0),
        ("b", 1, 0),
    ]
    assert all(r.relative_error <= 1e-6 for r in results)


def test_that_all_derivatives_being_zero_is_no_error() -> None:
    network = Network([3, 4, 2], output="linear", loss="squared_error", dtype=np.float64)
    results = check_gradients(network, np.ones((2, 3)), np.zeros((2, 2)))
    assert [r.relative_error for r in results] == [0, 0, 0, 0]


def test_that_a_central_difference_is_the_slope_and_tells_of_kinks() -> None:
    # L = 1/2 w^2 x^2 with x = 3, w = 2: the slope is w x^2 = 18.
    network = Network([1, 1], output="linear", loss="squared_error", dtype=np.float64)
    network.params[:] = [2.0, 0.0]
    x, y = np.array([[3.0]]), np.array([[0.0]])
    slope, kinked = central_difference(network, x, y, 0, 1e-5)
    assert slope == pytest.approx(18, rel=1e-9)
    assert not kinked

    network = Network([1, 1], output="relu", loss="squared_error", dtype=np.float64)
    assert central_difference(network, x, y, 0, 1e-5)[1]


def test_that_the_check_leaves_every_bit_of_the_parameters(batch: Batch) -> None:
    network = make("relu")
    before = network.params.tobytes()
    check_gradients(network, *batch)
    assert network.params.tobytes() == before


def test_that_float32_is_refused(batch: Batch) -> None:
    with pytest.raises(ValueError, match="needs a float64 network"):
        check_gradients(Network([3, 2]), *batch)
