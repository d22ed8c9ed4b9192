import numpy as np
import pytest

from bpviz.engine import EPSILONS, Check
from bpviz.views.check_words import KINK, error_text, verdict_at, verdict_of_all


def check(
    backprop: list[float], numeric: list[float], kinked: list[bool], epsilon: float = 1e-5
) -> Check:
    a, b = np.array(backprop), np.array(numeric)
    larger = np.maximum(np.abs(a), np.abs(b))
    with np.errstate(invalid="ignore"):
        errors = np.abs(a - b) / np.where(larger == 0, 1, larger)
    epsilons = np.full(len(a), epsilon)
    return Check(
        np.arange(len(a)), epsilons, a, b, errors, np.array(kinked, bool), 2.2e-16 / epsilons
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [(0.0, "0"), (3.2e-9, "3·10⁻⁹"), (1e-7, "10⁻⁷"), (0.12, "0.1"), (float("nan"), "NaN")],
)
def test_that_an_error_has_one_digit(error: float, text: str) -> None:
    assert error_text(error) == text


def test_that_agreement_and_zero_against_zero_are_good() -> None:
    assert verdict_at(check([0.5], [0.5 + 2e-9], [False]), 0) == ("relative error 4·10⁻⁹ ✓", False)
    assert verdict_at(check([0.0], [0.0], [False]), 0) == ("relative error 0 ✓", False)


def test_that_a_kink_is_named_whatever_the_error() -> None:
    assert verdict_at(check([0.5], [0.5], [True]), 0) == (KINK, True)


def test_that_a_derivative_lost_in_rounding_is_not_blamed() -> None:
    text, trouble = verdict_at(check([1e-12], [5e-12], [False]), 0)
    assert "no more than rounding" in text
    assert not trouble


@pytest.mark.parametrize("wrong", [0.6, 0.5001, 0.50001])
def test_that_a_wrong_derivative_is_blamed_at_every_epsilon(wrong: float) -> None:
    right = _sweep(0.5)
    noise = right.noise * np.random.default_rng(0).uniform(-1, 1, len(EPSILONS))
    numeric = wrong + EPSILONS**2 + noise
    sweep = right._replace(numeric=numeric, errors=np.abs(numeric - 0.5) / numeric)
    told = {verdict_at(sweep, place) for place in range(len(EPSILONS))}
    assert all("they differ at every ε" in text and trouble for text, trouble in told)


@pytest.mark.parametrize("derivative", [0.5, 1e-3, 1e-6, 1e-9, 1e-14])
def test_that_a_right_derivative_is_never_blamed(derivative: float) -> None:
    sweep = _sweep(derivative)
    noise = sweep.noise * np.random.default_rng(0).uniform(-1, 1, len(EPSILONS))
    numeric = derivative + 0.1 * EPSILONS**2 + noise
    errors = np.abs(numeric - derivative) / np.maximum(np.abs(numeric), derivative)
    sweep = sweep._replace(numeric=numeric, errors=errors)
    told = [verdict_at(sweep, place) for place in range(len(EPSILONS))]
    assert not any("Is the gradient wrong" in text for text, _ in told)
    assert not told[8][1]
    assert "too large" in told[0][0]
    assert "too small" in told[-1][0]


def _sweep(derivative: float) -> Check:
    exact = [derivative] * len(EPSILONS)
    one = check(exact, exact, [False] * len(exact))
    return one._replace(epsilons=EPSILONS, noise=2.2e-16 / EPSILONS)


def test_that_what_is_not_finite_is_not_compared() -> None:
    text, trouble = verdict_at(check([float("nan")], [0.6], [False]), 0)
    assert "not finite" in text
    assert trouble


def test_that_kinks_and_random_choice_are_told() -> None:
    many = check([0.5, 0.1, 0.2], [0.5, 0.9, 0.2 + 1e-9], [False, True, False])
    text, trouble = verdict_of_all(many, 1_863_690)
    assert "worst relative error 2·10⁻⁹ ✓ over 2 parameters; 1 left out for kinks" in text
    assert "3 of 1,863,690, drawn at random" in text
    assert not trouble


def test_that_a_large_worst_error_is_bad_news() -> None:
    text, trouble = verdict_of_all(check([0.5, 0.1], [0.5, 0.2], [False, False]), 2)
    assert "✓" not in text
    assert trouble
    text, trouble = verdict_of_all(check([float("nan")], [0.2], [False]), 1)
    assert "✓" not in text
    assert trouble


def test_that_it_is_said_where_all_are_left_out() -> None:
    text, _ = verdict_of_all(check([0.5], [0.1], [True]), 1)
    assert text.startswith("nothing to compare: all 1 left out for kinks")
    assert "✓" not in text
