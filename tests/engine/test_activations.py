import math
from collections.abc import Callable

import numpy as np
import pytest

from bpviz.engine import HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS

# The textbook's formulas, of one number.
FORMULAS: dict[str, Callable[[float], float]] = {
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
    "tanh": lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "linear": lambda z: z,
}
POINTS = (-3.0, -0.7, -0.01, 0.02, 0.5, 4.0)


def test_that_the_formulas_here_cover_every_activation_of_a_single_neuron() -> None:
    assert set(HIDDEN_ACTIVATIONS) == set(FORMULAS)
    assert set(OUTPUT_ACTIVATIONS) == {*FORMULAS, "softmax"}


@pytest.mark.parametrize("name", FORMULAS)
def test_that_values_follow_the_formula(name: str) -> None:
    a = HIDDEN_ACTIVATIONS[name].value(np.array(POINTS))
    np.testing.assert_allclose(a, [FORMULAS[name](z) for z in POINTS], rtol=1e-14)


@pytest.mark.parametrize("name", FORMULAS)
def test_that_derivatives_are_the_slope_of_the_formula(name: str) -> None:
    activation = HIDDEN_ACTIVATIONS[name]
    z = np.array(POINTS)
    f, h = FORMULAS[name], 1e-6
    slopes = [(f(p + h) - f(p - h)) / (2 * h) for p in POINTS]
    assert activation.derivative is not None
    np.testing.assert_allclose(activation.derivative(z, activation.value(z)), slopes, rtol=1e-8)


def test_that_softmax_gives_shares_of_exponentials() -> None:
    a = OUTPUT_ACTIVATIONS["softmax"].value(np.array([[0.0, math.log(2), math.log(5)]]))
    np.testing.assert_allclose(a, [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-15)


def test_that_softmax_pulls_back_through_its_whole_jacobian() -> None:
    softmax = OUTPUT_ACTIVATIONS["softmax"]
    rng = np.random.default_rng(1)
    z, da = rng.normal(size=(2, 3, 4))
    jacobians = np.empty((3, 4, 4))  # of each sample, da_i/dz_j, measured
    for j in range(4):
        h = 1e-6 * np.eye(4)[j]
        jacobians[:, :, j] = (softmax.value(z + h) - softmax.value(z - h)) / 2e-6
    expected = np.einsum("ni,nij->nj", da, jacobians)
    np.testing.assert_allclose(softmax.pull_back(z, softmax.value(z), da), expected, atol=1e-9)


@pytest.mark.parametrize("name", OUTPUT_ACTIVATIONS)
def test_that_extreme_inputs_stay_finite_in_float32(name: str) -> None:
    activation = OUTPUT_ACTIVATIONS[name]
    z = np.array([[-1000, 0, 1000], [-1000, -1001, -1002]], np.float32)
    a = activation.value(z)
    back = activation.pull_back(z, a, np.ones_like(a))
    assert a.dtype == back.dtype == np.float32
    assert np.isfinite(a).all()
    assert np.isfinite(back).all()


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_that_the_derivative_at_the_kink_is_the_one_from_the_left(name: str) -> None:
    activation = HIDDEN_ACTIVATIONS[name]
    zero, left = np.zeros(1), np.array([-1.0])
    assert activation.kink_at_zero
    assert activation.derivative is not None
    assert activation.derivative(zero, zero) == activation.derivative(left, left)


@pytest.mark.parametrize("name", OUTPUT_ACTIVATIONS)
def test_that_activations_never_share_memory_with_their_input(name: str) -> None:
    z = np.array([[0.5, 1.5]])
    assert not np.shares_memory(OUTPUT_ACTIVATIONS[name].value(z), z)
