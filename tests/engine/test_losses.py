import math

import numpy as np
import pytest

from bpviz.engine import LOSSES, OUTPUT_ACTIVATIONS, Activation

CROSS_ENTROPY, SQUARED_ERROR = LOSSES["cross_entropy"], LOSSES["squared_error"]
SOFTMAX, SIGMOID = OUTPUT_ACTIVATIONS["softmax"], OUTPUT_ACTIVATIONS["sigmoid"]


def test_that_cross_entropy_of_softmax_is_minus_the_log_of_the_right_probability() -> None:
    z = np.array([[0.0, math.log(2), math.log(5)], [1.0, 1.0, 1.0]])
    y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    values = CROSS_ENTROPY.values(SOFTMAX, z, SOFTMAX.value(z), y)
    np.testing.assert_allclose(values, [math.log(4), math.log(3)], rtol=1e-14)


def test_that_cross_entropy_of_sigmoids_adds_up_their_yes_and_no() -> None:
    z = np.array([[math.log(3), -math.log(3)]])  # probabilities 3/4 and 1/4
    y = np.array([[1.0, 1.0]])
    values = CROSS_ENTROPY.values(SIGMOID, z, SIGMOID.value(z), y)
    np.testing.assert_allclose(values, [math.log(4 / 3) + math.log(4)], rtol=1e-14)


def test_that_squared_error_is_half_the_sum_of_the_squares() -> None:
    a = np.array([[1.0, -2.0], [0.5, 0.5]])
    y = np.array([[0.0, 1.0], [0.5, 0.5]])
    values = SQUARED_ERROR.values(OUTPUT_ACTIVATIONS["linear"], a, a, y)
    np.testing.assert_array_equal(values, [5.0, 0.0])


@pytest.mark.parametrize("z", [[1000, -1000, 0], [-1000, 1000, 1000], [1000, 1000, 1000]])
@pytest.mark.parametrize("right", [0, 1, 2])
def test_that_cross_entropy_of_softmax_is_finite_and_exact_for_extreme_inputs(
    z: list[float], right: int
) -> None:
    y = np.zeros((1, 3), np.float32)
    y[0, right] = 1
    z32 = np.array([z], np.float32)
    a = SOFTMAX.value(z32)
    values = CROSS_ENTROPY.values(SOFTMAX, z32, a, y)
    log_sum_exp = max(z) + math.log(math.fsum(math.exp(x - max(z)) for x in z))
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, [log_sum_exp - z[right]], rtol=1e-6)
    delta = CROSS_ENTROPY.delta(SOFTMAX, z32, a, y)
    exact = [math.exp(x - log_sum_exp) - (i == right) for i, x in enumerate(z)]
    np.testing.assert_allclose(delta, [exact], atol=1e-6)


@pytest.mark.parametrize(("z", "y"), [(1000, 0), (1000, 1), (-1000, 0), (-1000, 1)])
def test_that_cross_entropy_of_a_sigmoid_is_finite_and_exact_for_extreme_inputs(
    z: float, y: float
) -> None:
    z32, y32 = np.array([[z]], np.float32), np.array([[y]], np.float32)
    values = CROSS_ENTROPY.values(SIGMOID, z32, SIGMOID.value(z32), y32)
    # log(1 + e^z) - y z, which is z - y z to the last bit where z is large.
    np.testing.assert_array_equal(values, [max(z, 0) - y * z])


@pytest.mark.parametrize("output", [SOFTMAX, SIGMOID])
def test_that_the_output_delta_of_cross_entropy_is_prediction_minus_target(
    output: Activation,
) -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(size=(6, 4))
    y = np.eye(4)[rng.integers(4, size=6)]
    a = output.value(z)
    delta = CROSS_ENTROPY.delta(output, z, a, y)
    np.testing.assert_allclose(delta, a - y, rtol=0, atol=1e-15)


def test_that_cross_entropy_fits_probabilities_alone_and_squared_error_everything() -> None:
    fitting = {name for name, f in OUTPUT_ACTIVATIONS.items() if CROSS_ENTROPY.fits(f)}
    assert fitting == {"softmax", "sigmoid"}
    assert all(SQUARED_ERROR.fits(f) for f in OUTPUT_ACTIVATIONS.values())
