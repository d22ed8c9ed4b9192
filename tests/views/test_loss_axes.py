import math

import numpy as np
import pytest

from bpviz.views.loss_axes import (
    batch_ticks,
    log_ticks,
    loss_limits,
    loss_text,
    loss_ticks,
    on_axis,
    tick_text,
    ticks,
    value_range,
)


def test_that_one_wild_batch_does_not_flatten_the_axis() -> None:
    values = np.append(np.linspace(1, 2, 500), (1e9, 1e-9))
    low, high = value_range(values, log=True) or (0, 0)
    assert 0.3 < low < 1
    assert 2 < high < 6.1
    assert (value_range(values, log=False) or (0, 0))[0] == 1e-9


def test_that_the_axis_shows_the_extremes_of_tame_losses() -> None:
    assert value_range(np.array([2.3, 0.9, np.nan, 1.4]), log=False) == (0.9, 2.3)


def test_that_there_is_no_range_without_a_number() -> None:
    assert value_range(np.array([np.nan, np.inf]), log=False) is None
    assert value_range(np.array([0.0, -1.0]), log=True) is None


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8]),
        (-0.1, 2.4, 6, [0, 0.5, 1, 1.5, 2]),
        (0.301, 0.312, 6, [0.302, 0.304, 0.306, 0.308, 0.31, 0.312]),
    ],
)
def test_that_linear_ticks_are_round(
    low: float, high: float, most: int, expected: list[float]
) -> None:
    assert ticks(low, high, most) == pytest.approx(expected)


def test_that_batches_are_ticked_at_whole_numbers() -> None:
    assert ticks(0.5, 3.7, 12, whole=True) == [1, 2, 3]
    assert batch_ticks(0.5, 2500, 3) == [(1000, "1,000"), (2000, "2,000")]


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0.15, 3, 6, [0.2, 0.5, 1, 2]),
        (1e-4, 2, 6, [1e-4, 1e-3, 1e-2, 1e-1, 1]),
        (1e-9, 1, 5, [1e-8, 1e-6, 1e-4, 1e-2, 1]),
        (2.1, 2.4, 4, [2.1, 2.2, 2.3, 2.4]),
    ],
)
def test_that_log_ticks_fit_and_are_plain(
    low: float, high: float, most: int, expected: list[float]
) -> None:
    assert log_ticks(low, high, most) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.1, "0.1"), (3 * 0.1, "0.3"), (10, "10"), (1e-4, "10⁻⁴"), (5e-5, "5·10⁻⁵")],
)
def test_that_a_tick_is_written_plainly(value: float, text: str) -> None:
    assert tick_text(value) == text


@pytest.mark.parametrize("log", [False, True])
def test_that_the_axis_has_room_above_and_below_all_curves(log: bool) -> None:
    curves = [np.array([2.0, 1.0, np.nan]), np.array([3.0, 4.0]), np.empty(0)]
    low, high = loss_limits(curves, log)
    assert low < on_axis(np.array(1.0), log)
    assert high > on_axis(np.array(4.0), log)


def test_that_the_axis_has_a_length_whatever_the_losses_are() -> None:
    for losses in (np.empty(0), np.full(3, np.nan), np.zeros(3), np.full(3, 2.3)):
        for log in (False, True):
            low, high = loss_limits([losses], log)
            assert low < high


def test_that_ticks_of_a_log_axis_stand_at_the_logarithm_of_what_they_say() -> None:
    found = loss_ticks(math.log10(0.15), math.log10(3), 6, log=True)
    assert [text for _, text in found] == ["0.2", "0.5", "1", "2"]
    assert [at for at, _ in found] == pytest.approx([math.log10(x) for x in (0.2, 0.5, 1, 2)])
    assert loss_ticks(-0.1, 2.4, 3, log=False) == [(0, "0"), (1, "1"), (2, "2")]


def test_that_a_loss_of_zero_has_a_place_on_the_log_axis() -> None:
    places = on_axis(np.array([0, 1, np.nan]), log=True)
    assert places[0] < -40
    assert places[1] == 0
    assert np.isnan(places[2])


@pytest.mark.parametrize(
    ("loss", "text"),
    [(0.4123, "0.412"), (2, "2.00"), (313, "313"), (1.2e-5, "1.20e-05"), (math.inf, "∞")],
)
def test_that_a_loss_is_written_with_three_figures(loss: float, text: str) -> None:
    assert loss_text(loss) == text
    assert loss_text(math.nan) == "NaN"
