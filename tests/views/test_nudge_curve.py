import math

import numpy as np
import pytest

from bpviz.views.nudge_curve import LossCurve, axis_ticks, finite, loss_limits, tangent

VALUES = np.linspace(-1, 1, 21)


def curve(losses: np.ndarray, slope: float | None = 0.5) -> LossCurve:
    return LossCurve(0.0, VALUES, losses, float(losses[10]), slope, -0.1)


def test_that_a_curve_refuses_arrays_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="as many"):
        LossCurve(0, np.arange(3.0), np.arange(4.0), 0)
    with pytest.raises(ValueError, match="ascend"):
        LossCurve(0, np.array([0.0, 0.0]), np.zeros(2), 0)


def test_that_the_loss_at_a_point_is_the_computed_one_and_between_two_it_is_read_off() -> None:
    losses = np.random.default_rng(0).random(21)
    known = curve(losses)
    for value, loss in zip(VALUES, losses, strict=True):
        assert known.loss_at(value) == loss
        assert known.is_exact(value)
    between = (VALUES[3] + VALUES[4]) / 2
    assert known.loss_at(between) == pytest.approx((losses[3] + losses[4]) / 2)
    assert not known.is_exact(between)
    assert math.isnan(known.loss_at(1.01))
    assert not known.covers(1.01)


@pytest.mark.parametrize("slope", [0.0, 1e-9, -0.3, 2.0, 1e5, -1e5])
def test_that_the_tangent_has_the_slope_and_stays_within_the_axes(slope: float) -> None:
    known = curve(np.cos(VALUES), slope)
    low, high = loss_limits(known)
    line = tangent(known, low, high)
    assert line is not None
    (x0, y0), (x1, y1) = line
    assert x0 < 0 < x1
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, rel=1e-9, abs=1e-12)
    assert y0 + slope * (0 - x0) == pytest.approx(known.loss)
    assert x0 >= -1
    assert x1 <= 1
    assert low - 1e-9 <= min(y0, y1)
    assert max(y0, y1) <= high + 1e-9


@pytest.mark.parametrize("slope", [None, math.nan, math.inf])
def test_that_there_is_no_tangent_without_a_finite_slope(slope: float | None) -> None:
    assert tangent(curve(np.cos(VALUES), slope), 0, 1) is None


def test_that_the_loss_axis_leaves_out_what_is_not_finite() -> None:
    losses = np.linspace(1, 2, 21)
    losses[0], losses[-1] = math.nan, math.inf
    low, high = loss_limits(curve(losses))
    assert 0.9 < low < 1.05
    assert 1.95 < high < 2.1
    nothing = np.full(21, math.nan)
    assert loss_limits(curve(nothing)) == (0, 1)
    assert finite((0, math.nan)) is None


def test_that_rounding_is_not_blown_up_to_a_shape() -> None:
    flat = 0.5 + 1e-8 * np.random.default_rng(0).standard_normal(21)
    low, high = loss_limits(curve(flat))
    assert high - low >= 5e-6
    assert low < 0.5 < high
    low, high = loss_limits(curve(np.zeros(21)))
    assert low < 0 < high


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (-1, 1, ["-1", "-0.5", "0", "0.5", "1"]),
        (2.3021, 2.3029, ["2.3022", "2.3024", "2.3026", "2.3028"]),
        (2.30259, 2.30265, ["2.30260", "2.30262", "2.30264"]),
        (1_000_000, 1_012_000, ["1000000", "1005000", "1010000"]),
        (1e38, 1.3e38, ["10³⁸", "1.1·10³⁸", "1.2·10³⁸", "1.3·10³⁸"]),
    ],
)
def test_that_ticks_are_written_out_where_they_are_short(
    low: float, high: float, texts: list[str]
) -> None:
    ticks = axis_ticks(low, high, low, 5)
    assert [text for _, text in ticks] == texts


def test_that_a_narrow_axis_tells_distances_only() -> None:
    ticks = axis_ticks(0.41 - 4e-6, 0.41 + 4e-6, 0.41, 5)
    assert [text for _, text in ticks] == ["-4·10⁻⁶", "-2·10⁻⁶", "±0", "+2·10⁻⁶", "+4·10⁻⁶"]
    assert ticks[2][0] == pytest.approx(0.41)


@pytest.mark.parametrize(
    ("value", "place"), [(1e30, 20), (-1e30, 0), (math.inf, 20), (math.nan, 10), (0.31, 13)]
)
def test_that_the_nearest_point_to_a_value_far_away_is_the_end_on_its_side(
    value: float, place: int
) -> None:
    assert curve(np.cos(VALUES)).nearest(value) == place


def test_that_nothing_is_painted_at_a_value_that_is_not_finite() -> None:
    assert finite((math.inf, 1.0)) is None
    lost = LossCurve(math.inf, VALUES, np.cos(VALUES), 0.5, 0.0)
    assert tangent(lost, 0, 1) is None
    assert lost.loss_at(math.inf) == 0.5
