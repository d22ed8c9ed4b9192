import math

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.views.loss_series import KEPT, SMOOTHING_BATCHES, LossSeries, thinned


def noise(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).random(count, np.float32) + 0.5


def series_of(losses: NDArray[np.float32], chunk: int | None = None) -> LossSeries:
    series = LossSeries()
    for start in range(0, len(losses), chunk or max(len(losses), 1)):
        series.append(losses[start : start + (chunk or len(losses))])
    return series


@pytest.mark.parametrize("chunk", [1, 7, 300, 1024, 5000])
def test_that_losses_come_back_by_their_batch_number_however_they_came_in(chunk: int) -> None:
    losses = noise(5000)
    series = series_of(losses, chunk)
    assert len(series) == 5000
    for batch in (1, 2, 1025, 5000):
        first, last, low, high, _ = series.reading(batch)
        assert (first, last) == (batch, batch)
        assert low == high == losses[batch - 1]


@pytest.mark.parametrize("batch", [0, 4, -1])
def test_that_a_batch_that_was_not_trained_is_an_index_error(batch: int) -> None:
    series = series_of(noise(3))
    with pytest.raises(IndexError):
        series.reading(batch)


def test_that_few_losses_are_drawn_as_they_are() -> None:
    losses = noise(5000)
    x, y = series_of(losses).envelope(100, 160, 500)
    inside = (x >= 100) & (x <= 160)
    np.testing.assert_array_equal(x[inside], np.arange(100, 161))
    np.testing.assert_array_equal(y[inside], losses[99:160])


@pytest.mark.parametrize("chunk", [1, 37, 4999])
def test_that_the_envelope_is_the_lowest_and_highest_of_each_bucket(chunk: int) -> None:
    losses = noise(4999)
    x, y = series_of(losses, chunk).envelope(1, 4999, 625)
    buckets = [losses[start : start + 8] for start in range(0, 4999, 8)]
    drawn = np.sort(y.reshape(-1, 2), axis=1)
    np.testing.assert_array_equal(drawn[:, 0], [bucket.min() for bucket in buckets])
    np.testing.assert_array_equal(drawn[:, 1], [bucket.max() for bucket in buckets])
    assert x[0] == 4.5
    assert x[-1] == (4993 + 4999) / 2


@pytest.mark.parametrize(("first", "last"), [(1, 100_000), (777, 54_321), (99_990, 100_000)])
@pytest.mark.parametrize("columns", [1, 50, 1300])
def test_that_a_polyline_has_about_two_points_per_column(
    first: int, last: int, columns: int
) -> None:
    series = series_of(noise(100_000))
    assert len(series.envelope(first, last, columns)[0]) <= 2 * columns + 8
    assert len(series.trend(first, last, columns)[0]) <= columns + 4


def test_that_the_lines_reach_both_edges_of_the_view() -> None:
    series = series_of(noise(100_000))
    for x, _ in (series.envelope(30_000, 60_000, 300), series.trend(30_000, 60_000, 300)):
        assert x[0] <= 30_000
        assert x[-1] >= 60_000
        assert (np.diff(x) >= 0).all()


def test_that_no_loss_gives_empty_polylines() -> None:
    series = LossSeries()
    series.append(noise(0))
    for x, y in (series.envelope(1, 10, 100), series.trend(1, 10, 100)):
        assert len(x) == len(y) == 0


@pytest.mark.parametrize("chunk", [1, 499, 501, 3000])
def test_that_the_smoothed_loss_is_the_bias_corrected_moving_average(chunk: int) -> None:
    losses = noise(3000)
    series = series_of(losses, chunk)
    decay = math.exp(-1 / SMOOTHING_BATCHES)
    total = weight = 0.0
    for batch, loss in enumerate(losses, start=1):
        total, weight = decay * total + float(loss), decay * weight + 1
        assert series.reading(batch).smoothed == pytest.approx(total / weight, rel=1e-6)


def test_that_the_smoothed_line_goes_through_the_smoothed_losses() -> None:
    series = series_of(noise(5000))
    x, y = series.trend(1, 5000, 200)
    assert y.tolist() == [series.reading(int(batch)).smoothed for batch in x]
    assert x[-1] == 5000


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("columns", [100, 2000])
def test_that_a_loss_that_is_not_finite_leaves_a_gap_and_spoils_nothing_else(
    odd: float, columns: int
) -> None:
    losses = noise(2000)
    losses[1000] = odd
    series = series_of(losses, 300)
    x, y = series.envelope(1, 2000, columns)
    assert 0 < np.abs(x[np.isnan(y)] - 1001).max(initial=0.1) <= 16
    assert np.isnan(y).sum() == (1 if columns == 2000 else 2)
    assert math.isnan(series.reading(1001).smoothed)
    assert 0.5 < series.reading(1002).smoothed < 1.5
    np.testing.assert_equal(series.reading(1001).high, odd)


def test_that_nothing_but_nan_is_smoothed_to_nan() -> None:
    assert math.isnan(series_of(np.full(700, np.nan, np.float32)).reading(700).smoothed)


@pytest.fixture(scope="module")
def long_losses() -> NDArray[np.float32]:
    return noise(9 * KEPT + 12_345)


@pytest.fixture(scope="module", params=[9_999, 3 * KEPT])
def long_series(long_losses: NDArray[np.float32], request: pytest.FixtureRequest) -> LossSeries:
    return series_of(long_losses, request.param)


def test_that_the_first_and_the_newest_losses_are_kept_one_by_one(
    long_losses: NDArray[np.float32], long_series: LossSeries
) -> None:
    n = len(long_losses)
    for first, last in ((1, 400), (KEPT - 400, KEPT - 2), (n - KEPT + 3, n - KEPT + 300)):
        x, y = long_series.envelope(first, last, 1300)
        inside = (x >= first) & (x <= last)
        np.testing.assert_array_equal(x[inside], np.arange(first, last + 1))
        np.testing.assert_array_equal(y[inside], long_losses[first - 1 : last])


def test_that_the_middle_is_drawn_by_the_lowest_and_highest_of_neighbours(
    long_losses: NDArray[np.float32], long_series: LossSeries
) -> None:
    middle = len(long_losses) // 2
    x, y = long_series.envelope(middle - 100, middle + 100, 1300)
    width = int(x[2] - x[0])
    assert 1 < width <= 8
    for centre, pair in zip(x[::2], np.sort(y.reshape(-1, 2), axis=1), strict=True):
        first = int(centre - width / 2)
        bucket = long_losses[first : first + width]
        assert pair.tolist() == [bucket.min(), bucket.max()]
    assert x[0] <= middle - 100
    assert x[-1] >= middle + 100


def test_that_a_loss_in_the_middle_is_read_with_its_neighbours(
    long_losses: NDArray[np.float32], long_series: LossSeries
) -> None:
    batch = len(long_losses) // 2
    reading = long_series.reading(batch)
    bucket = long_losses[reading.first - 1 : reading.last]
    assert reading.first <= batch <= reading.last
    assert 1 < len(bucket) <= 8
    assert reading[2:4] == (bucket.min(), bucket.max())


def test_that_a_long_course_takes_little_room(long_series: LossSeries) -> None:
    def room() -> int:
        return sum(level._rows.nbytes for level in long_series._levels)

    assert room() < 24 * KEPT * 6
    before = room()
    long_series.append(noise(2 * KEPT))
    assert room() - before < 24 * KEPT


def test_that_any_stretch_of_a_long_course_is_drawn_by_few_points(long_series: LossSeries) -> None:
    n = len(long_series)
    for first, last in ((1, n), (1, n // 2), (n // 3, n // 2), (n // 2, n), (KEPT, KEPT + 9)):
        x, _ = long_series.envelope(first, last, 1300)
        assert 2 <= len(x) <= 2 * 1300 + 8
        assert len(long_series.trend(first, last, 1300)[0]) <= 1300 + 4


def test_that_few_validations_are_all_marked_with_one_more_on_either_side() -> None:
    records = np.arange(10.0)[:, None] * (100, 1)
    assert thinned(records, 250, 650, 1300)[:, 0].tolist() == [200, 300, 400, 500, 600, 700]
    assert not len(thinned(np.empty((0, 3)), 1, 9, 1300))


def test_that_crowded_validations_are_thinned_steadily_and_keep_the_newest() -> None:
    records = np.arange(1000.0)[:, None] * (100, 1)
    here, moved = (thinned(records, first, first + 50_000, 500)[:, 0] for first in (0, 10_000))
    assert len(here) <= 1 + 500 / 24
    shared = (moved >= here[0]) & (moved <= here[-1])
    assert shared.sum() > 10
    assert set(moved[shared]) <= set(here)
    assert thinned(records, 0, 200_000, 500)[-1].tolist() == [99_900, 999]
