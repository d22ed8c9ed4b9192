import math

import numpy as np
import pytest

from bpviz.engine import INITIALIZERS

N_IN, N_OUT = 400, 600
VARIANCES = {
    "he": 2 / N_IN,
    "xavier": 2 / (N_IN + N_OUT),
    "normal": 0.01,
}


def test_that_every_initializer_is_tested_here() -> None:
    assert set(INITIALIZERS) == {*VARIANCES, "zeros"}


@pytest.mark.parametrize("name", VARIANCES)
def test_that_weights_have_mean_zero_and_the_variance_of_the_paper(name: str) -> None:
    W = INITIALIZERS[name](np.random.default_rng(3), N_IN, N_OUT)
    n, variance = N_IN * N_OUT, VARIANCES[name]
    assert W.shape == (N_IN, N_OUT)
    # Five standard errors of the mean, and of the variance of normal numbers.
    assert abs(W.mean()) < 5 * math.sqrt(variance / n)
    assert abs(W.var() / variance - 1) < 5 * math.sqrt(2 / n)


def test_that_zeros_are_zeros_in_the_layers_shape() -> None:
    W = INITIALIZERS["zeros"](np.random.default_rng(3), 4, 3)
    np.testing.assert_array_equal(W, np.zeros((4, 3)))


@pytest.mark.parametrize("name", VARIANCES)
def test_that_weights_come_from_the_given_generator(name: str) -> None:
    W, again, other = (INITIALIZERS[name](np.random.default_rng(seed), 5, 4) for seed in (3, 3, 4))
    assert W.tobytes() == again.tobytes()
    assert (other != W).all()
