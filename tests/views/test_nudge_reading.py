import numpy as np
import pytest

from bpviz.views.nudge_curve import LossCurve
from bpviz.views.nudge_reading import reading

CURVE = LossCurve(0.8, np.array([0.7, 0.8, 0.9]), np.array([0.6, 0.5, 0.45]), 0.5, -0.9, 0.1)


@pytest.mark.parametrize(
    ("value", "held", "known_loss", "text"),
    [
        (0.8, False, None, "w = +0.8 → loss 0.5"),
        (0.9, True, None, "w = +0.9 → loss 0.45 (-0.05)"),
        (0.9, False, None, "tried: w = +0.9 → loss 0.45 (-0.05)"),
        (0.85, True, None, "w = +0.85 → loss ≈ 0.475 (-0.025)"),
        (0.85, True, 0.4712, "w = +0.85 → loss 0.4712 (-0.0288)"),
        (5.0, True, None, "w = +5, beyond this curve"),
        (5.0, True, 3.0, "w = +5 → loss 3 (+2.5)"),
        (5.0, True, float("nan"), "w = +5 → loss NaN"),
        (5.0, True, float("inf"), "w = +5 → loss ∞"),
    ],
)
def test_that_it_tells_a_value_its_loss_and_the_change(
    value: float, held: bool, known_loss: float | None, text: str
) -> None:
    assert reading("w", value, 0.8, held, CURVE, known_loss) == text


def test_that_without_a_curve_it_tells_the_value_alone() -> None:
    assert reading("b", 0.1, 0.1, False, None, None) == "b = +0.1"
