import math

import numpy as np
import pytest

from bpviz.views.numbers import as_factor, as_summand, plain, power_of_ten, read_number, signed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (0.031264, "+0.03126"),
        (-1.5, "-1.5"),
        (0.001, "+0.001"),
        (0.00099994, "+9.999e-04"),
        (-2.5e-7, "-2.500e-07"),
        (12345.0, "+1.234e+04"),
        (3.2e38, "+3.200e+38"),
        (1e-45, "+1.000e-45"),
    ],
)
def test_that_a_number_has_a_sign_and_four_digits(value: float, text: str) -> None:
    assert signed(value) == text


def test_that_numpy_numbers_read_like_python_ones() -> None:
    values = np.array([-0.25, 1e-45], np.float32)
    assert signed(values[0]) == "-0.25"
    assert signed(values[1]) == "+1.401e-45"


def test_that_what_is_not_finite_is_called_as_in_the_legend() -> None:
    assert signed(math.nan) == "NaN"
    assert signed(math.inf) == "+∞"
    assert signed(-math.inf) == "-∞"


def test_that_no_number_is_longer_than_the_room_kept_for_it() -> None:
    rng = np.random.default_rng(0)
    for value in (10 ** rng.uniform(-44, 38, 2000) * rng.choice([-1, 1], 2000)).tolist():
        text = signed(value)
        assert len(text) <= len("+0.000e+00")
        assert float(text) == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-1.5, "-1.5"),
        (0.2983711087600027, "+0.29837111"),
        (0.00043856773447434685, "+0.00043856773"),
        (-0.000043856773447434685, "-4.3856773e-05"),
        (12345.6789, "+12345.679"),
        (1234567.89, "+1.2345679e+06"),
        (math.nan, "NaN"),
        (-math.inf, "-∞"),
    ],
)
def test_that_a_number_can_have_eight_digits(value: float, text: str) -> None:
    assert signed(value, 8) == text


def test_that_eight_digits_need_room_for_four_characters_more() -> None:
    rng = np.random.default_rng(0)
    for value in (10 ** rng.uniform(-44, 38, 2000) * rng.choice([-1, 1], 2000)).tolist():
        text = signed(value, 8)
        assert len(text) <= len("+0.0000000e+00")
        assert float(text) == pytest.approx(value, rel=1e-7)


@pytest.mark.parametrize(
    ("half_steps", "text"),
    [
        (-90, "10⁻⁴⁵"),
        (-7, "3·10⁻⁴"),
        (-6, "10⁻³"),
        (-5, "3·10⁻³"),
        (-4, "10⁻²"),
        (-3, "0.03"),
        (-2, "0.1"),
        (-1, "0.3"),
        (0, "1"),
        (1, "3"),
        (2, "10"),
        (3, "30"),
        (4, "100"),
        (5, "300"),
        (6, "10³"),
        (7, "3·10³"),
        (77, "3·10³⁸"),
    ],
)
def test_that_half_powers_of_ten_are_short(half_steps: int, text: str) -> None:
    assert power_of_ten(10 ** (half_steps / 2)) == text


def test_that_numbers_inside_a_formula_have_the_signs_that_belong_there() -> None:
    assert [plain(value) for value in (0.5, -0.5, 0)] == ["0.5", "-0.5", "0"]
    assert [as_factor(value, 4) for value in (0.5, -0.5)] == ["0.5", "(-0.5)"]
    assert [as_summand(value, 4) for value in (0.5, -0.5)] == ["+ 0.5", "− 0.5"]


@pytest.mark.parametrize(
    ("text", "number"),
    [(" 0.5 ", 0.5), ("-1e-3", -1e-3), ("−0,25", -0.25), ("", None), ("w", None), ("inf", None)],
)
def test_that_a_typed_number_is_read_if_it_is_finite(text: str, number: float | None) -> None:
    assert read_number(text) == number
