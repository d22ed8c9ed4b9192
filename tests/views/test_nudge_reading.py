import numpy as np
import pytest

from bpviz.views.nudge_curve import LossCurve
from bpviz.views.nudge_reading import reading

CURVE = LossCurve(0.8, np.array([0.7, 0.8, 0.9]), np.array([0.6, 0.5, 0.45]), 0.5, -0.9, 0.1)


@pytest.mark.parametrize(
    ("value", "held", "text"),
    [
        (0.8, False, "w = +0.8 → loss 0.5"),
        (0.9, True, "w = +0.9 → loss 0.45 (-0.05)"),
        (0.9, False, "tried: w = +0.9 → loss 0.45 (-0.05)"),
        (0.85, True, "w = +0.85 → loss ≈ 0.475 (-0.025)"),
        (5.0, True, "w = +5, beyond this curve"),
    ],
)
def test_that_it_tells_a_value_its_loss_and_the_change(value: float, held: bool, text: str) -> None:
    assert reading("w", value, 0.8, held, CURVE) == text


@pytest.mark.parametrize(("loss", "text"), [(np.nan, "NaN"), (np.inf, "∞")])
def test_that_a_loss_that_is_not_finite_is_told_as_such(loss: float, text: str) -> None:
    curve = LossCurve(0.8, np.array([0.7, 0.8, 0.9]), np.array([0.6, 0.5, loss]), 0.5)
    assert reading("w", 0.9, 0.8, True, curve) == f"w = +0.9 → loss {text}"


def test_that_a_value_that_is_not_a_number_any_more_is_not_one_tried() -> None:
    curve = LossCurve(np.nan, np.array([-0.5, 0, 0.5]), np.array([0.6, 0.5, 0.4]), np.nan)
    assert reading("w", np.nan, np.nan, False, curve) == "w = NaN → loss NaN"
    assert reading("w", 0.5, np.nan, True, curve) == "w = +0.5 → loss 0.4"


def test_that_without_a_curve_it_tells_the_value_alone() -> None:
    assert reading("b", 0.1, 0.1, False, None) == "b = +0.1"
