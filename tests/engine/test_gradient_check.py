import dataclasses
from collections.abc import Generator

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.engine import (
    EPSILONS,
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OUTPUT_ACTIVATIONS,
    Activation,
    Array,
    Backward,
    Check,
    Network,
    check_gradients,
    check_parameters,
    stages,
    sweep_epsilon,
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


def test_that_the_check_leaves_every_bit_of_the_parameters(batch: Batch) -> None:
    network = make("relu")
    before = network.params.tobytes()
    check_gradients(network, *batch)
    assert network.params.tobytes() == before


def test_that_float32_is_refused(batch: Batch) -> None:
    with pytest.raises(ValueError, match="needs a float64 network"):
        check_gradients(Network([3, 2]), *batch)


def result_of(generator: Generator[int, None, Check]) -> Check:
    while True:
        try:
            next(generator)
        except StopIteration as end:
            result: Check = end.value
            return result


def naive(network: Network, x: Array, y: Array, index: int, epsilon: float) -> tuple[float, bool]:
    """Two whole forward passes, and whether a neuron with a kink is on either side of it."""
    losses, sides = [], []
    for shift in (epsilon, -epsilon):
        twin = network.over(network.params.astype(np.float64))
        twin.params[index] += shift
        z = a = x
        side = []
        for layer in twin.layers:
            z, a = layer.forward(a)
            if layer.activation.kink_at_zero:
                side += (z > 0).ravel().tolist()
        losses.append(float(twin.loss.values(twin.output, z, a, y).mean()))
        sides.append(side)
    return (losses[0] - losses[1]) / (2 * epsilon), sides[0] != sides[1]


@pytest.mark.parametrize("epsilon", [1e-4, 0.3])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2), (3, 4, 5, 2), (3, 1, 4, 3, 2)])
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        (output, loss)
        for output in OUTPUT_ACTIVATIONS
        for loss in LOSSES
        if LOSSES[loss].fits(OUTPUT_ACTIVATIONS[output])
    ],
)
def test_that_the_shortcut_is_two_whole_forward_passes(
    sizes: tuple[int, ...], epsilon: float, hidden: str, output: str, loss: str, batch: Batch
) -> None:
    rng = np.random.default_rng(8)
    network = Network(sizes, rng, hidden=hidden, output=output, loss=loss, dtype=np.float64)
    indices = rng.permutation(network.params.size)
    check = result_of(check_parameters(network, *batch, indices, epsilon))
    expected = [naive(network, *batch, index, epsilon) for index in indices.tolist()]
    np.testing.assert_array_equal(check.indices, indices)
    np.testing.assert_allclose(check.numeric, [slope for slope, _ in expected], atol=1e-10)
    assert check.kinked.tolist() == [kinked for _, kinked in expected]
    assert check.kinks == sum(kinked for _, kinked in expected)
    if hidden == "relu" and len(sizes) > 2 and epsilon == 0.3:
        assert 0 < check.kinks < indices.size
    elif "relu" not in hidden + output:
        assert check.kinks == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "linear"])
def test_that_derivatives_of_smooth_networks_agree_to_eight_digits(
    hidden: str, dtype: type[np.floating], batch: Batch
) -> None:
    network = Network([3, 6, 5, 2], np.random.default_rng(6), hidden=hidden, dtype=dtype)
    check = result_of(check_parameters(network, *batch, range(network.params.size)))
    twin = network.over(network.params.astype(np.float64))
    *_, last = stages(twin, *batch)
    assert isinstance(last, Backward)
    np.testing.assert_array_equal(check.backprop, last.gradient)
    assert 0 < check.worst <= 1e-8
    measurable = np.abs(check.backprop) > 1e-3
    assert measurable.sum() > 20
    assert check.errors[measurable].max() <= 1e-7


def test_that_a_wrong_derivative_is_found_in_the_parameters_it_concerns(batch: Batch) -> None:
    network = make()
    tanh = network.hidden
    network.hidden = dataclasses.replace(tanh, derivative=lambda z, a: 1.01 * (1 - a * a))
    check = result_of(check_parameters(network, *batch, range(network.params.size)))
    np.testing.assert_allclose(check.errors[:16], 0.01 / 1.01, rtol=1e-4)
    assert check.errors[16:].max() <= 1e-6
    assert check.worst > 1e-3


def test_that_errors_are_relative_to_the_larger_and_zero_only_where_both_agree(
    batch: Batch,
) -> None:
    network = make("relu")
    network.layers[0].b[0] = -100  # dead: nothing that leads to it or from it matters
    check = result_of(check_parameters(network, *batch, range(network.params.size)))
    larger = np.maximum(np.abs(check.backprop), np.abs(check.numeric))
    dead = larger == 0
    assert {0, 4, 8, 12, 16, 17} <= set(np.flatnonzero(dead).tolist())
    assert not check.errors[dead].any()
    np.testing.assert_allclose(
        check.errors[~dead], np.abs(check.backprop - check.numeric)[~dead] / larger[~dead]
    )
    assert check.worst == np.abs(check.backprop - check.numeric).max() / larger.max()


def test_that_a_check_leaves_kinks_out_of_its_worst_but_not_out_of_sight() -> None:
    network = Network(
        [1, 2, 1], hidden="relu", output="linear", loss="squared_error", dtype=np.float64
    )
    network.params[:] = [1, 1, -1, 0.5, 1, 1, 0]  # at x = 1 the first neuron stands on its kink
    check = result_of(check_parameters(network, np.ones((1, 1)), np.zeros((1, 1)), range(7)))
    assert check.kinked.tolist() == [True, False, True, False, False, False, False]
    assert check.errors[0] == pytest.approx(1)
    assert check.kinks == 2
    assert check.worst <= 1e-8


def test_that_a_check_of_kinks_alone_has_no_worst() -> None:
    network = Network([1, 1], output="relu", loss="squared_error", dtype=np.float64)
    check = result_of(check_parameters(network, np.ones((1, 1)), np.ones((1, 1)), [0, 1]))
    assert check.kinks == 2
    assert check.worst == 0


def test_that_a_check_counts_up_to_all_in_short_pieces() -> None:
    network = Network([50, 40, 30, 10], np.random.default_rng(0))
    x, y = np.ones((64, 50)), np.eye(10)[np.arange(64) % 10]
    done = list(check_parameters(network, x, y, range(network.params.size)))
    assert done[-1] == network.params.size
    assert max(np.diff([0, *done])) * 2 * 64 * 10 <= 2**17
    assert min(np.diff([0, *done])) > 0


def test_that_a_check_never_changes_the_network_and_knows_none_of_its_later_changes(
    batch: Batch,
) -> None:
    network = make()
    expected = result_of(check_parameters(network, *batch, range(26)))
    network.params.flags.writeable = False
    before = network.params.tobytes()
    check = check_parameters(network, *batch, range(26))
    next(check)
    assert network.params.tobytes() == before
    network.params.flags.writeable = True
    network.params += 1
    np.testing.assert_array_equal(result_of(check).numeric, expected.numeric)


@pytest.mark.parametrize("index", [-1, 26])
def test_that_a_check_of_an_unknown_parameter_is_refused(index: int, batch: Batch) -> None:
    with pytest.raises(IndexError):
        list(check_parameters(make(), *batch, [0, index]))


def test_that_a_check_of_nothing_is_empty(batch: Batch) -> None:
    check = result_of(check_parameters(make(), *batch, []))
    assert len(check.numeric) == check.worst == check.kinks == 0


def test_that_a_network_that_diverged_passes_no_check_and_warns_of_nothing(batch: Batch) -> None:
    network = make()
    network.params[3] = np.nan
    assert not result_of(check_parameters(network, *batch, range(26))).worst <= 1e-6
    network.params[:] = 1e300
    assert not result_of(check_parameters(network, *batch, range(26))).worst <= 1e-6


def test_that_a_sweep_shows_truncation_at_its_one_end_and_rounding_at_the_other(
    batch: Batch,
) -> None:
    sweep = result_of(sweep_epsilon(make(), *batch, 4))
    np.testing.assert_array_equal(sweep.epsilons, EPSILONS)
    assert (EPSILONS[0], EPSILONS[-1]) == pytest.approx((0.1, 1e-12))
    np.testing.assert_allclose(np.diff(np.log10(EPSILONS)), -0.5)
    best = int(sweep.errors.argmin())
    assert 1e-8 < sweep.epsilons[best] < 1e-3
    assert sweep.errors[best] < 1e-9
    # Ten times the distance, a hundred times the error: as long as truncation rules.
    assert sweep.errors[0] / sweep.errors[2] == pytest.approx(100, rel=0.1)
    assert sweep.errors[-1] > 1e4 * sweep.errors[best]
    assert np.abs(sweep.numeric - sweep.backprop)[-6:].max() < 10 * sweep.noise[-1]
    assert np.unique(sweep.backprop).size == 1


def test_that_a_sweep_flags_the_distances_at_which_a_kink_lies_inside() -> None:
    # L = 1/2 (relu(w x) - y)^2 with x = 1, w = 0.005: the kink is 0.005 away.
    network = Network([1, 1], output="relu", loss="squared_error", dtype=np.float64)
    network.params[:] = [0.005, 0]
    sweep = result_of(sweep_epsilon(network, np.ones((1, 1)), np.ones((1, 1)), 0))
    np.testing.assert_array_equal(sweep.kinked, EPSILONS > 0.005)
    assert sweep.backprop[0] == pytest.approx(-0.995)
    assert sweep.errors[sweep.kinked].min() > 0.1
    assert sweep.errors[~sweep.kinked][:6].max() < 1e-8


def test_that_a_numerical_derivative_is_the_slope() -> None:
    # L = 1/2 w^2 x^2 with x = 3, w = 2: the slope is w x^2 = 18.
    network = Network([1, 1], output="linear", loss="squared_error", dtype=np.float64)
    network.params[:] = [2.0, 0.0]
    check = result_of(check_parameters(network, np.array([[3.0]]), np.array([[0.0]]), [0]))
    assert check.numeric[0] == pytest.approx(18, rel=1e-9)
    assert check.backprop[0] == 18
