"""Each optimizer against the loop of its textbook, one number at a time."""

import pickle
import re
from collections.abc import Callable, Iterator
from math import nan, sqrt

import numpy as np
import pytest

from bpviz.engine import OPTIMIZERS, SGD, Network, Optimizer, Term

SIZES = (2, 3, 1)
IS_WEIGHT = [True] * 6 + [False] * 3 + [True] * 3 + [False]
STEPS, ETA = 5, 0.05

# A valley: L = sum(curvature / 2 * (w - bottom)^2), whose gradient depends on where one stands.
CURVATURE = [0.3 + 0.4 * i for i in range(len(IS_WEIGHT))]
BOTTOM = [(0.1 if i % 2 else -0.1) * (i + 1) for i in range(len(IS_WEIGHT))]
START = [0.5 - 0.09 * i for i in range(len(IS_WEIGHT))]


def slope(i: int, w: float) -> float:
    return CURVATURE[i] * (w - BOTTOM[i])


def sgd(i: int, w: float) -> Iterator[float]:
    while True:
        w = w - ETA * slope(i, w)
        yield w


def momentum(i: int, w: float) -> Iterator[float]:
    v = 0.0
    while True:
        v = 0.9 * v - ETA * slope(i, w)
        w = w + v
        yield w


def nesterov(i: int, w: float) -> Iterator[float]:
    # Sutskever et al., 2013, equations 3 and 4: the slope is taken at w + mu v, where the
    # velocity is about to lead. It is there that a network's parameters are.
    v = 0.0
    while True:
        v = 0.9 * v - ETA * slope(i, w + 0.9 * v)
        w = w + v
        yield w + 0.9 * v


def rmsprop(i: int, w: float) -> Iterator[float]:
    mean_square = 0.0
    while True:
        g = slope(i, w)
        mean_square = 0.9 * mean_square + 0.1 * g**2
        w = w - ETA * g / (sqrt(mean_square) + 1e-8)
        yield w


def adam(i: int, w: float) -> Iterator[float]:
    # Kingma and Ba, 2015, algorithm 1.
    m = v = 0.0
    t = 0
    while True:
        t = t + 1
        g = slope(i, w)
        m = 0.9 * m + (1 - 0.9) * g
        v = 0.999 * v + (1 - 0.999) * g**2
        m_hat = m / (1 - 0.9**t)
        v_hat = v / (1 - 0.999**t)
        w = w - ETA * m_hat / (sqrt(v_hat) + 1e-8)
        yield w


TEXTBOOK: dict[str, Callable[[int, float], Iterator[float]]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}


def make() -> Network:
    network = Network(SIZES, output="linear", loss="squared_error", dtype=np.float64)
    network.params[:] = START
    return network


def take_step(network: Network, optimizer: Optimizer) -> None:
    gradient = np.array([slope(i, w) for i, w in enumerate(network.params.tolist())])
    network.params += optimizer.step(network, gradient)


def test_that_every_optimizer_has_its_textbook_loop_here() -> None:
    assert set(OPTIMIZERS) == set(TEXTBOOK)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_an_optimizer_walks_like_its_textbook(name: str) -> None:
    network = make()
    optimizer = OPTIMIZERS[name](learning_rate=ETA)
    walks = [TEXTBOOK[name](i, w) for i, w in enumerate(START)]
    for _ in range(STEPS):
        take_step(network, optimizer)
        np.testing.assert_allclose(network.params, [next(walk) for walk in walks], rtol=1e-12)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_weight_decay_shrinks_weights_and_no_biases_beside_the_step(name: str) -> None:
    plain, decaying = OPTIMIZERS[name](learning_rate=ETA), OPTIMIZERS[name](learning_rate=ETA)
    decaying.weight_decay = 0.02
    network = make()
    for _ in range(STEPS):
        gradient = np.array([slope(i, w) for i, w in enumerate(network.params.tolist())])
        step, decayed = plain.step(network, gradient), decaying.step(network, gradient)
        shrinking = [
            -ETA * 0.02 * w * is_w for w, is_w in zip(network.params, IS_WEIGHT, strict=True)
        ]
        np.testing.assert_allclose(decayed - step, shrinking, rtol=1e-9, atol=1e-16)
        network.params += decayed


def test_that_weight_decay_of_plain_descent_is_an_l2_penalty() -> None:
    network = make()
    optimizer = SGD(learning_rate=ETA, weight_decay=0.02)
    w = list(START)
    for _ in range(STEPS):
        take_step(network, optimizer)
        penalty = [0.02 * x if is_w else 0.0 for x, is_w in zip(w, IS_WEIGHT, strict=True)]
        w = [x - ETA * (slope(i, x) + penalty[i]) for i, x in enumerate(w)]
        np.testing.assert_allclose(network.params, w, rtol=1e-12)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_a_step_leaves_gradient_and_network_as_they_were(name: str) -> None:
    network = make()
    optimizer = OPTIMIZERS[name](learning_rate=ETA, weight_decay=0.1)
    gradient = np.linspace(-1, 1, network.params.size)
    original = gradient.copy()
    first = optimizer.step(network, gradient)
    kept = first.copy()
    optimizer.step(network, gradient)
    np.testing.assert_array_equal(gradient, original)
    np.testing.assert_array_equal(network.params, START)
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_a_changed_rate_holds_from_the_next_step(name: str) -> None:
    network = make()
    one, other = OPTIMIZERS[name](learning_rate=ETA), OPTIMIZERS[name](learning_rate=ETA)
    gradient = np.linspace(-1, 1, network.params.size)
    one.step(network, gradient)
    other.step(network, gradient)
    other.learning_rate = 3 * ETA
    np.testing.assert_allclose(
        other.step(network, gradient), 3 * one.step(network, gradient), rtol=1e-14
    )


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_steps_of_float32_parameters_are_float32(name: str) -> None:
    network = Network(SIZES, np.random.default_rng(0), output="sigmoid")
    optimizer = OPTIMIZERS[name](learning_rate=ETA, weight_decay=0.1)
    for _ in range(2):
        assert optimizer.step(network, np.ones_like(network.params)).dtype == np.float32


def explained(optimizer: Optimizer, network: Network, gradient: np.ndarray, i: int) -> list[Term]:
    return optimizer.explain(float(gradient[i]), float(network.params[i]), i, not IS_WEIGHT[i])


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-4)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_the_step_is_explained_before_it_is_made(
    name: str, weight_decay: float, dtype: type[np.floating], rtol: float
) -> None:
    network = Network(
        SIZES, np.random.default_rng(0), output="linear", loss="squared_error", dtype=dtype
    )
    optimizer = OPTIMIZERS[name](learning_rate=ETA, weight_decay=weight_decay)
    rng = np.random.default_rng(1)
    for _ in range(STEPS):
        gradient = rng.normal(size=network.params.size).astype(dtype)
        told = [explained(optimizer, network, gradient, i)[-1].value for i in range(gradient.size)]
        step = optimizer.step(network, gradient)
        np.testing.assert_allclose(told, step, rtol=rtol, atol=rtol * 1e-3)
        network.params += step


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_explaining_changes_no_bit_of_the_optimizer(name: str) -> None:
    network = make()
    optimizer = OPTIMIZERS[name](learning_rate=ETA, weight_decay=0.1)
    gradient = np.linspace(-1, 1, network.params.size)
    for _ in range(3):
        before = pickle.dumps(optimizer)
        for i in range(gradient.size):
            explained(optimizer, network, gradient, i)
        assert pickle.dumps(optimizer) == before
        optimizer.step(network, gradient)
        assert pickle.dumps(optimizer) != before or name == "sgd"


def calculated(numbers: str) -> float:
    """Work out a line as a reader would who has only what is written there."""
    for sign, operator in (("−", "-"), ("·", "*"), ("^", "**"), ("²", "**2")):
        numbers = numbers.replace(sign, operator)
    numbers = re.sub(r"√([^ ]+)", r"sqrt(\1)", numbers)
    return float(eval(numbers, {"sqrt": sqrt}))


@pytest.mark.parametrize(("digits", "rtol"), [(4, 2e-3), (8, 2e-7)])
@pytest.mark.parametrize("i", [1, 10, 7])
@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_every_line_can_be_worked_out_from_the_numbers_in_it(
    name: str, i: int, digits: int, rtol: float
) -> None:
    network = make()
    optimizer = OPTIMIZERS[name](learning_rate=ETA, weight_decay=0.02)
    gradient = np.array([slope(j, w) for j, w in enumerate(START)]) * 1.23456789
    for _ in range(3):
        terms = optimizer.explain(
            float(gradient[i]), float(network.params[i]), i, not IS_WEIGHT[i], digits
        )
        for term in terms:
            assert calculated(term.numbers) == pytest.approx(term.value, rel=rtol)
        optimizer.step(network, gradient)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("sgd", ["g", "Δb = −η·g"]),
        ("momentum", ["g", "v", "v ← μ·v + g", "Δb = −η·v"]),
        ("nesterov", ["g", "v", "v ← μ·v + g", "d = g + μ·v", "Δb = −η·d"]),
        ("rmsprop", ["g", "v", "v ← ρ·v + (1 − ρ)·g²", "s = √v + ε", "Δb = −η·g / s"]),
        (
            "adam",
            [
                "g",
                "t ← t + 1",
                "m",
                "m ← β₁·m + (1 − β₁)·g",
                "v",
                "v ← β₂·v + (1 − β₂)·g²",
                "m̂ = m / (1 − β₁^t)",
                "v̂ = v / (1 − β₂^t)",
                "s = √v̂ + ε",
                "Δb = −η·m̂ / s",
            ],
        ),
    ],
)
def test_that_the_lines_are_the_optimizers_formulas(name: str, lines: list[str]) -> None:
    optimizer = OPTIMIZERS[name](learning_rate=ETA, weight_decay=0.1)
    assert [term.formula for term in optimizer.explain(0.5, 1.0, 0, True)] == lines
    decaying = [term.formula for term in optimizer.explain(0.5, 1.0, 0, False)]
    step = lines[-1].removeprefix("Δb = ")
    assert decaying == [*lines[:-1], step, "−η·λ·w", f"Δw = {step} − η·λ·w"]


def test_that_the_numbers_are_those_of_the_step() -> None:
    optimizer = SGD(0.5, momentum=0.9, velocity=np.array([-0.25]))
    assert optimizer.explain(0.123456, 1.0, 0, False) == [
        Term("gradient", "g", "0.1235", 0.123456),
        Term("velocity before", "v", "-0.25", -0.25),
        Term("velocity", "v ← μ·v + g", "0.9·(-0.25) + 0.1235", 0.9 * -0.25 + 0.123456),
        Term("change", "Δw = −η·v", "−0.5·(-0.1015)", -0.5 * (0.9 * -0.25 + 0.123456)),
    ]


@pytest.mark.parametrize("name", TEXTBOOK)
def test_that_a_gradient_that_is_not_a_number_is_explained_as_such(name: str) -> None:
    assert np.isnan(OPTIMIZERS[name]().explain(nan, 1.0, 0, False)[-1].value)
