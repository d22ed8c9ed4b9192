from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.views.colours import HIGHEST, magnitude_levels
from bpviz.views.edge_raster import POINT_BUDGET, EdgeRaster
from bpviz.views.geometry import Camera, Column, Edge, curve, lay_out, rise

SCREENS = [(1060, 600), (2120, 1200)]
Picture = NDArray[np.uint8]


def column(x: float, n: int, spacing: float, top: float = 10.0) -> Column:
    return Column(x, top + spacing * np.arange(n, dtype=np.float64), spacing, spacing / 3)


def raster_of(
    sizes: Sequence[int], width: int, height: int, camera: Camera | None = None
) -> EdgeRaster:
    return EdgeRaster(lay_out(sizes, width, height, camera or Camera()).columns, width, height)


def levels_for(raster: EdgeRaster, n_pairs: int, level: int) -> list[Picture]:
    return [np.full(raster.marks(pair), level, np.uint8) for pair in range(n_pairs)]


def alone(raster: EdgeRaster, n_pairs: int, pair: int, start: int, end: int) -> Picture:
    """The picture of one edge."""
    levels = levels_for(raster, n_pairs, 0)
    levels[pair][start, end] = 255
    return raster.draw(levels).copy()


def assert_on_the_curve(picture: Picture, left: Column, right: Column, y0: float, y1: float) -> int:
    """
    Check an edge's pixels against the formula of its curve: none off it, and no hole in it.

    Returns
    -------
    int
        How many pixels are lit.
    """
    height, width = picture.shape
    rows, cols = np.nonzero(picture)

    def y_at(x: NDArray[np.float64]) -> NDArray[np.float64]:
        t = np.clip((x - left.x) / (right.x - left.x), 0, 1)
        return y0 + rise(t) * (y1 - y0)

    a, b = y_at(cols.astype(np.float64)), y_at(cols.astype(np.float64) + 1)
    assert (rows + 1 > np.minimum(a, b) - 1e-9).all()
    assert (rows <= np.maximum(a, b) + 1e-9).all()
    assert (cols >= np.floor(left.x)).all()
    assert (cols <= np.ceil(right.x)).all()

    # Where the curve is well inside the picture all along a column of pixels, there are pixels;
    # they are one run; and it touches the run of the column before, at a corner at least.
    before: tuple[int, int] | None = None
    for x in range(max(int(np.ceil(left.x)), 0), min(int(np.floor(right.x)), width)):
        ends = y_at(np.array([x, x + 1.0]))
        if ends.min() < 1 or ends.max() >= height - 1:
            before = None
            continue
        run = np.flatnonzero(picture[:, x])
        assert len(run), f"a hole at x = {x}"
        first, last = int(run[0]), int(run[-1])
        assert last - first + 1 == len(run), f"a hole in the column x = {x}"
        if before is not None:
            assert first <= before[1] + 1, f"a hole before x = {x}"
            assert last >= before[0] - 1, f"a hole before x = {x}"
        before = first, last
    return len(rows)


def test_that_the_strongest_of_crossing_curves_is_on_top() -> None:
    raster = EdgeRaster([column(5, 2, 100), column(205, 2, 100)], 220, 130)
    for falling, rising in ((10, 200), (200, 10)):
        picture = raster.draw([np.array([[0, falling], [rising, 0]], np.uint8)])
        assert set(np.unique(picture)) == {0, 10, 200}
        assert picture[60, 105] == 200
        assert (picture == 200).sum() > (picture == 10).sum()


def test_that_every_pixel_shows_the_strongest_curve_through_it() -> None:
    sizes = (6, 5, 4)
    raster = raster_of(sizes, 300, 200)
    rng = np.random.default_rng(0)
    levels = [rng.integers(1, 256, pair).astype(np.uint8) for pair in ((6, 5), (5, 4))]
    expected = np.zeros((200, 300), np.uint8)
    for pair, array in enumerate(levels):
        for (start, end), level in np.ndenumerate(array):
            covered = alone(raster, 2, pair, start, end) > 0
            np.maximum(expected, np.where(covered, level, 0).astype(np.uint8), out=expected)
    np.testing.assert_array_equal(raster.draw(levels), expected)


def test_that_a_picture_does_not_show_the_one_before() -> None:
    raster = raster_of((4, 3, 2), 300, 200)
    strong = raster.draw(levels_for(raster, 2, 250)).copy()
    weak = raster.draw(levels_for(raster, 2, 3))
    assert set(np.unique(weak)) == {0, 3}
    np.testing.assert_array_equal(weak > 0, strong > 0)


@pytest.mark.parametrize("screen", SCREENS)
def test_that_one_huge_weight_among_800_000_shows_at_whatever_place(
    screen: tuple[int, int],
) -> None:
    sizes = (784, 1024, 10)
    columns = lay_out(sizes, *screen, Camera()).columns
    raster = EdgeRaster(columns, *screen)
    rng = np.random.default_rng(3)
    tiny = rng.normal(0, 1e-6, (784, 1024)).astype(np.float32)
    below = magnitude_levels(np.full(raster.marks(1), 1e-3, np.float32), 1.0, 6)
    corners = [(0, 0), (0, 1023), (783, 0), (783, 1023)]
    others = zip(rng.integers(784, size=16), rng.integers(1024, size=16), strict=True)
    for start, end in [*corners, *others]:
        values = tiny.copy()
        values[start, end] = rng.choice([-1.0, 1.0])
        picture = raster.draw([magnitude_levels(raster.pooled(0, values), 1.0, 6), below])
        rows, cols = np.nonzero(picture == HIGHEST)
        assert len(rows) > 0.9 * (columns[1].x - columns[0].x)
        # It leads from the neuron's mark to the other's: to any of the neurons that share it.
        for at, row, side in ((cols.min(), start, 0), (cols.max(), end, 1)):
            mark_px = raster.neurons_per_mark(0)[side] * columns[side].spacing
            assert at == pytest.approx(columns[side].x, abs=2)
            assert np.abs(rows[cols == at] - columns[side].y[row]).min() <= mark_px + 2


@pytest.mark.parametrize(
    ("gap", "spacing"), [(300.0, 10.0), (40.0, 10.0), (40.0, 90.0), (9.5, 150.0), (2.0, 200.0)]
)
def test_that_curves_have_no_holes_however_steep(gap: float, spacing: float) -> None:
    n = 5
    height = int(20 + spacing * n)
    left, right = column(7.3, n, spacing), column(7.3 + gap, n, spacing)
    raster = EdgeRaster([left, right], 340, height)
    for start in range(n):
        for end in range(n):
            y0, y1 = float(left.y[start]), float(right.y[end])
            picture = alone(raster, 1, 0, start, end)
            lit = assert_on_the_curve(picture, left, right, y0, y1)
            assert lit >= gap - 1
            cols = np.nonzero(picture)[1]
            assert cols.min() == 7
            assert cols.max() >= np.floor(7.3 + gap) - 1
            assert np.abs(np.flatnonzero(picture[:, cols.min()]) - y0).min() <= 1
            assert np.abs(np.flatnonzero(picture[:, cols.max()]) - y1).min() <= 1.5


@pytest.mark.parametrize("seed", range(40))
def test_that_any_camera_paints_the_seen_part_of_each_curve_and_nothing_else(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height, sizes = 160, 120, (4, 3, 2)
    # Zoomed so that some point of some curve lies somewhere in the picture.
    scale = float(2 ** rng.uniform(0, 6))
    edge = Edge(1, int(rng.integers(3)), int(rng.integers(2)))
    point = rng.choice(curve(lay_out(sizes, width, height, Camera()), edge)[4:-4])
    offset = rng.uniform(5, 115, 2) - scale * point
    columns = lay_out(sizes, width, height, Camera(scale, *offset.tolist())).columns
    raster = EdgeRaster(columns, width, height)
    for pair, (n_start, n_end) in enumerate(pairwise(sizes)):
        left, right = columns[pair], columns[pair + 1]
        for start in range(n_start):
            for end in range(n_end):
                picture = alone(raster, 2, pair, start, end)
                assert picture.shape == (height, width)
                y0, y1 = float(left.y[start]), float(right.y[end])
                lit = assert_on_the_curve(picture, left, right, y0, y1)
                assert lit or Edge(pair, start, end) != edge


@pytest.mark.parametrize(
    ("x", "top"), [(-500.0, 10.0), (500.0, 10.0), (10.0, -500.0), (10.0, 500.0)]
)
def test_that_curves_out_of_sight_leave_the_picture_empty(x: float, top: float) -> None:
    raster = EdgeRaster([column(x, 3, 20, top), column(x + 100, 3, 20, top)], 150, 100)
    assert not raster.draw(levels_for(raster, 1, 255)).any()
    assert raster.points == 0


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "sizes",
    [
        (2, 2),
        (784, 10),
        (784, 16, 16, 10),
        (784, 128, 64, 10),
        (784, 512, 256, 10),
        (784, *(64,) * 12, 10),
        (784, 4096, 4096, 10),
    ],
)
def test_that_a_frame_stays_within_the_budget(
    sizes: tuple[int, ...], screen: tuple[int, int]
) -> None:
    raster = raster_of(sizes, *screen)
    assert 0 < raster.points <= POINT_BUDGET
    picture = raster.draw(levels_for(raster, len(sizes) - 1, 9))
    assert picture.shape == screen[::-1]
    # What is pooled keeps filling the room between the layers.
    columns = lay_out(sizes, *screen, Camera()).columns
    for pair, (left, right) in enumerate(pairwise(columns)):
        rows = np.flatnonzero(picture[:, int((left.x + right.x) / 2)])
        y = (left.y[[0, -1]] + right.y[[0, -1]]) / 2
        per_start, per_end = raster.neurons_per_mark(pair)
        mark_px = max(per_start * left.spacing, per_end * right.spacing)
        assert rows[[0, -1]] == pytest.approx(y, abs=mark_px + 2)


@pytest.mark.parametrize("scale", [1.3, 4.0, 20.0, 64.0])
def test_that_a_zoomed_camera_stays_within_the_budget(scale: float) -> None:
    sizes = (784, 1024, 256, 10)
    rng = np.random.default_rng(int(scale))
    for _ in range(4):
        x, y = (-rng.uniform(0, 1, 2) * (scale - 1) * (1060, 600)).tolist()
        raster = raster_of(sizes, 1060, 600, Camera(scale, x, y))
        assert raster.points <= POINT_BUDGET
        assert raster.draw(levels_for(raster, 3, 9)).shape == (600, 1060)


def test_that_curves_that_have_room_stand_for_one_weight_each() -> None:
    raster = raster_of((4, 3, 2), 1060, 600)
    assert raster.marks(0) == (4, 3)
    assert raster.marks(1) == (3, 2)
    assert raster.neurons_per_mark(0) == raster.neurons_per_mark(1) == (1, 1)
    values = np.arange(12, dtype=np.float32).reshape(4, 3)
    np.testing.assert_array_equal(raster.pooled(0, values), values)


def test_that_a_mark_stands_for_neighbours_and_the_last_one_for_what_is_left() -> None:
    # 2 px a mark: 4 neurons at 0.5 px, and the last has 2; 3 neurons at 0.9 px, and the last has 1.
    raster = EdgeRaster([column(5, 10, 0.5), column(105, 7, 0.9)], 110, 40)
    assert raster.marks(0) == (3, 3)
    assert raster.neurons_per_mark(0) == (4, 3)


def test_that_a_single_mark_knows_how_many_neurons_it_stands_for() -> None:
    raster = EdgeRaster([column(5, 3, 0.5), column(105, 7, 10)], 110, 100)
    assert raster.marks(0) == (1, 7)
    assert raster.neurons_per_mark(0) == (3, 1)


def blocks_of(values: NDArray[np.float32]) -> list[list[NDArray[np.float32]]]:
    """All values behind each of the marks of `pooling_raster`."""
    starts = (slice(0, 4), slice(4, 8), slice(8, 10))
    ends = (slice(0, 3), slice(3, 6), slice(6, 7))
    return [[values[i, j] for j in ends] for i in starts]


@pytest.fixture(scope="module")
def pooling_raster() -> EdgeRaster:
    return EdgeRaster([column(5, 10, 0.5), column(105, 7, 0.9)], 110, 40)


def test_that_pooling_keeps_the_strongest_value_with_its_sign(pooling_raster: EdgeRaster) -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        values = rng.normal(0, 1, (10, 7)).astype(np.float32)
        pooled = pooling_raster.pooled(0, values)
        for i, row in enumerate(blocks_of(values)):
            for j, block in enumerate(row):
                assert pooled[i, j] == block.flat[np.abs(block).argmax()]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_that_pooling_lets_what_is_not_finite_through(
    pooling_raster: EdgeRaster, odd: float
) -> None:
    values = np.ones((10, 7), np.float32)
    values[9, 2] = odd
    pooled = pooling_raster.pooled(0, values)
    np.testing.assert_array_equal(pooled[2, 0], np.float32(odd))
    assert np.isfinite(pooled).sum() == pooled.size - 1
    values[8, 0] = -np.inf
    values[8, 1] = np.nan
    assert np.isnan(pooling_raster.pooled(0, values)[2, 0])


def test_that_exact_zeros_stay_zero_only_among_themselves(pooling_raster: EdgeRaster) -> None:
    values = np.zeros((10, 7), np.float32)
    values[5, 4] = -1e-45
    pooled = pooling_raster.pooled(0, values)
    assert pooled[1, 1] == np.float32(-1e-45)
    assert np.count_nonzero(pooled) == 1
