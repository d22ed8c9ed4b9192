import tracemalloc
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.kernels import raster as kernel
from bpviz.views.colours import HIGHEST, magnitude_levels
from bpviz.views.edge_pair import EDGE_BUDGET
from bpviz.views.edge_raster import LINE_PX, RUN_BUDGET, EdgeRaster
from bpviz.views.geometry import NEAREST_IF_WIDE, Camera, Column, Edge, curve, lay_out, rise

SCREENS = [(360, 240), (1060, 600), (2120, 1200)]
NETWORKS = [
    (2, 4, 2, 1),
    (784, 10),
    (784, 16, 16, 10),
    (784, 128, 64, 10),
    (784, 1024, 1024, 10),
    (784, *(64,) * 12, 10),
    (784, 4096, 4096, 10),
]
# Blue tells the level, alpha how much of a pixel is covered.
COLOURS = np.arange(256, dtype=np.uint64) | np.uint64(255 << 48)
COLOURS[0] = 0
# Curves slide together where they are closer than they are thick.
SLACK_PX = 1.5 * LINE_PX
# Without the loops in C, curves have fewer samples.
finely = pytest.mark.skipif(kernel.loops is None, reason="no library")
Levels = NDArray[np.uint8]
Floats = NDArray[np.float64]


def column(x: float, n: int, spacing: float, top: float = 10.0) -> Column:
    return Column(x, top + spacing * np.arange(n, dtype=np.float64), spacing, spacing / 3)


def raster_of(
    sizes: Sequence[int], width: int, height: int, camera: Camera | None = None
) -> EdgeRaster:
    return EdgeRaster(lay_out(sizes, width, height, camera or Camera()).columns, width, height)


def levels_for(raster: EdgeRaster, n_pairs: int, level: int) -> list[Levels]:
    return [np.full(raster.marks(pair), level, np.uint8) for pair in range(n_pairs)]


def drawn(raster: EdgeRaster, levels: list[Levels]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The level of each pixel, and how much of it is covered, both from 0 to 255."""
    picture = raster.draw(levels, COLOURS).astype(np.int64)
    return picture & 0xFF, picture >> 24


def alone(raster: EdgeRaster, n_pairs: int, edge: Edge) -> NDArray[np.int64]:
    """How much of each pixel one edge covers."""
    levels = levels_for(raster, n_pairs, 0)
    levels[edge.pair][edge.start, edge.end] = 255
    return drawn(raster, levels)[0]


def heights(left: Column, right: Column, edge: Edge, x: Floats) -> Floats:
    t = np.clip((x - left.x) / (right.x - left.x), 0, 1)
    y0, y1 = left.y[edge.start], right.y[edge.end]
    curve_y: Floats = y0 + rise(t) * (y1 - y0)
    return curve_y


def assert_on_the_curve(picture: NDArray[np.int64], left: Column, right: Column, edge: Edge) -> int:
    """
    Check an edge's pixels against the formula of its curve: none off it, and no hole in it.

    Returns
    -------
    int
        How many pixels are lit.
    """
    height, width = picture.shape
    rows, cols = np.nonzero(picture)
    # The curve ends at whole pixels.
    x = cols.astype(np.float64)
    y = np.array([heights(left, right, edge, x + dx) for dx in (-0.5, 0, 1, 1.5)])
    assert (rows + 1 > y.min(axis=0) - SLACK_PX).all()
    assert (rows < y.max(axis=0) + SLACK_PX).all()
    assert (cols >= np.floor(left.x)).all()
    assert (cols <= np.ceil(right.x)).all()

    # Where the curve is well inside the picture all along a column of pixels, there are pixels;
    # they are one run; and it touches the run of the column before.
    before: tuple[int, int] | None = None
    for at in range(max(int(np.ceil(left.x)), 0), min(int(np.floor(right.x)), width)):
        ends = heights(left, right, edge, np.array([at, at + 1.0]))
        if ends.min() < 3 or ends.max() >= height - 3:
            before = None
            continue
        run = np.flatnonzero(picture[:, at])
        assert len(run), f"a hole at x = {at}"
        first, last = int(run[0]), int(run[-1])
        assert last - first + 1 == len(run), f"a hole in the column x = {at}"
        if before is not None:
            assert first <= before[1], f"a hole before x = {at}"
            assert last >= before[0], f"a hole before x = {at}"
        before = first, last
    return len(rows)


def test_that_the_strongest_of_crossing_curves_is_on_top() -> None:
    raster = EdgeRaster([column(5, 2, 100), column(205, 2, 100)], 220, 130)
    for falling, rising in ((10, 200), (200, 10)):
        level, cover = drawn(raster, [np.array([[0, falling], [rising, 0]], np.uint8)])
        assert set(np.unique(level[cover == 255])) >= {10, 200}
        assert level[:, 95:116].max(axis=0).min() > 150, "is interrupted where they cross"
        assert (level == 200).sum() > (level == 10).sum()


def test_that_a_picture_does_not_show_the_one_before() -> None:
    raster = raster_of((4, 3, 2), 300, 200)
    strong, covered = drawn(raster, levels_for(raster, 2, 250))
    assert strong.max() == 250
    weak, covered_again = drawn(raster, levels_for(raster, 2, 3))
    assert weak.max() == 3
    np.testing.assert_array_equal(covered_again, covered)


def test_that_curves_stay_in_place_while_values_flicker() -> None:
    raster = raster_of((784, 300, 16, 10), 500, 300)
    rng = np.random.default_rng(0)
    covers = []
    for _ in range(3):
        levels = [rng.integers(1, 256, raster.marks(pair)).astype(np.uint8) for pair in range(3)]
        covers.append(drawn(raster, levels)[1])
        again = drawn(raster, levels)
        np.testing.assert_array_equal(again, drawn(raster, [level.copy() for level in levels]))
    np.testing.assert_array_equal(covers[0], covers[1])
    np.testing.assert_array_equal(covers[1], covers[2])


@finely
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_that_curves_are_smooth_and_evenly_thick(ratio: float) -> None:
    thick = LINE_PX * ratio**0.5
    left, right = column(3, 2, 120 * ratio), column(400 * ratio, 2, 120 * ratio, 30)
    raster = EdgeRaster([left, right], round(410 * ratio), round(280 * ratio), ratio)
    for edge in (Edge(0, 0, 0), Edge(0, 0, 1), Edge(0, 1, 0), Edge(0, 1, 1)):
        cover = alone(raster, 1, edge)[:, round(40 * ratio) : round(360 * ratio)] / 255
        x = round(40 * ratio) + np.arange(cover.shape[1], dtype=np.float64) + 0.5
        # As a drawn line would be: its middle lies on the curve to a fraction of a pixel, where
        # whole pixels would be off by half of one, and no column is thicker than its neighbours.
        rows = np.arange(len(cover))[:, None] + 0.5
        middle = (cover * rows).sum(axis=0) / cover.sum(axis=0)
        assert np.abs(middle - heights(left, right, edge, x)).max() < 0.26
        slope = np.abs(np.diff(heights(left, right, edge, np.append(x, x[-1] + 1))))
        np.testing.assert_allclose(cover.sum(axis=0), thick + slope, atol=0.6)
        assert np.abs(np.diff(cover.sum(axis=0))).max() < 0.55


@finely
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
    others = zip(rng.integers(784, size=8), rng.integers(1024, size=8), strict=True)
    for start, end in [*corners, *others]:
        values = tiny.copy()
        values[start, end] = rng.choice([-1.0, 1.0])
        levels = [magnitude_levels(raster.pooled(0, values), 1.0, 6), below]
        rows, cols = np.nonzero(drawn(raster, levels)[0] > 0.6 * HIGHEST)
        seen = len(np.unique(cols))
        assert seen > 0.97 * (columns[1].x - columns[0].x)
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
            edge = Edge(0, start, end)
            picture = alone(raster, 1, edge)
            lit = assert_on_the_curve(picture, left, right, edge)
            assert lit >= gap - 1
            cols = np.nonzero(picture)[1]
            assert cols.min() == 7
            assert cols.max() >= np.floor(7.3 + gap) - 1
            for at, y in ((cols.min(), left.y[start]), (cols.max(), right.y[end])):
                assert np.abs(np.flatnonzero(picture[:, at]) + 0.5 - y).min() <= 1.5


@finely
@pytest.mark.parametrize("seed", range(40))
def test_that_any_camera_paints_the_seen_part_of_each_curve_and_nothing_else(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height, sizes = 160, 120, (4, 3, 2)
    # Zoomed so that some point of some curve lies somewhere in the picture.
    scale = float(2 ** rng.uniform(0, 6))
    wanted = Edge(1, int(rng.integers(3)), int(rng.integers(2)))
    point = rng.choice(curve(lay_out(sizes, width, height, Camera()), wanted)[4:-4])
    offset = rng.uniform(5, 115, 2) - scale * point
    columns = lay_out(sizes, width, height, Camera(scale, *offset.tolist())).columns
    raster = EdgeRaster(columns, width, height)
    for pair, (left, right) in enumerate(pairwise(columns)):
        if raster.neurons_per_mark(pair) != (1, 1):
            # Close to a neuron all of the curves run together.
            assert wanted.pair != pair or scale > 4
            continue
        n_start, n_end = sizes[pair : pair + 2]
        edges = np.arange(n_start * n_end, dtype=np.float32).reshape(n_start, n_end)
        in_sight = raster.pooled(pair, edges)  # which they are
        assert wanted.pair != pair or edges[wanted.start, wanted.end] in in_sight
        for (row, place), number in np.ndenumerate(in_sight):
            edge = Edge(pair, *divmod(int(number), n_end))
            picture = alone(raster, 2, Edge(pair, row, place))
            assert picture.shape == (height, width)
            lit = assert_on_the_curve(picture, left, right, edge)
            assert lit or edge != wanted


@pytest.mark.parametrize(
    ("x", "top"), [(-500.0, 10.0), (500.0, 10.0), (10.0, -500.0), (10.0, 500.0)]
)
def test_that_curves_out_of_sight_leave_the_picture_empty(x: float, top: float) -> None:
    raster = EdgeRaster([column(x, 3, 20, top), column(x + 100, 3, 20, top)], 150, 100)
    assert not drawn(raster, levels_for(raster, 1, 255))[1].any()
    assert raster.work.runs == 0


@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("scale", [1.0, 3.0, 64.0])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("sizes", NETWORKS)
def test_that_a_frame_costs_what_the_window_allows_however_large_the_network(
    sizes: tuple[int, ...], screen: tuple[int, int], scale: float, ratio: int
) -> None:
    width, height = screen
    camera = Camera(scale, -0.4 * (scale - 1) * width, -0.55 * (scale - 1) * height)
    columns = [
        Column(c.x * ratio, c.y * ratio, c.spacing * ratio, c.radius * ratio)
        for c in lay_out(sizes, width, height, camera).columns
    ]
    tracemalloc.start()
    raster = EdgeRaster(columns, ratio * width, ratio * height, ratio)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    picture = raster.draw(levels_for(raster, len(sizes) - 1, 9), COLOURS)
    pixels = ratio**2 * width * height
    work = raster.work
    assert picture.size == pixels
    assert 0 < work.pixels <= pixels
    assert kept < 4 * pixels + (15e6 if pixels < 1e6 and scale < 64 else 50e6)
    # Runs are estimated at some columns of pixels only.
    assert work.runs <= 1.2 * RUN_BUDGET
    # No more curves than fit into the window's height beside each other, from left to right.
    lines = height / LINE_PX * max(scale, 1)
    for pair in range(len(sizes) - 1):
        n_start, n_end = raster.marks(pair)
        assert n_start * n_end <= EDGE_BUDGET
        assert max(n_start, n_end) <= 2 * ratio**0.5 * lines + 2


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("sizes", NETWORKS)
def test_that_what_is_pooled_fills_the_room_between_the_layers(
    sizes: tuple[int, ...], screen: tuple[int, int]
) -> None:
    columns = lay_out(sizes, *screen, Camera()).columns
    raster = EdgeRaster(columns, *screen)
    cover = drawn(raster, levels_for(raster, len(sizes) - 1, 9))[1]
    for pair, (left, right) in enumerate(pairwise(columns)):
        rows = np.flatnonzero(cover[:, int((left.x + right.x) / 2)])
        y = (left.y[[0, -1]] + right.y[[0, -1]]) / 2
        per_start, per_end = raster.neurons_per_mark(pair)
        mark_px = max(per_start * left.spacing, per_end * right.spacing, 6.0)
        assert rows[[0, -1]] == pytest.approx(y, abs=2 * mark_px)


def test_that_a_fan_of_close_curves_has_no_gaps() -> None:
    left, right = column(5, 300, 0.9), column(205, 1, 1.0, 140)
    raster = EdgeRaster([left, right], 210, 290)
    cover = drawn(raster, levels_for(raster, 1, 9))[1]
    for x in range(20, 180, 7):
        rows = np.flatnonzero(cover[:, x])
        assert cover[rows[0] + 2 : rows[-1] - 1, x].min() > 100


def test_that_curves_that_have_room_stand_for_one_weight_each() -> None:
    raster = raster_of((4, 3, 2), 1060, 600)
    assert raster.marks(0) == (4, 3)
    assert raster.marks(1) == (3, 2)
    assert raster.neurons_per_mark(0) == raster.neurons_per_mark(1) == (1, 1)
    values = np.arange(12, dtype=np.float32).reshape(4, 3)
    np.testing.assert_array_equal(raster.pooled(0, values), values)


def test_that_zooming_in_resolves_further_down_to_the_single_neuron() -> None:
    width, height = 1060, 600
    sizes = (784, 1024, 1024, 10)
    fitted = lay_out(sizes, width, height, Camera()).columns[1]
    camera, resolved = Camera(), []
    for _ in range(14):
        # The column stays in the middle.
        raster = raster_of(sizes, width, height, camera)
        resolved.append((raster.neurons_per_mark(0)[1], raster.neurons_per_mark(1)[0]))
        camera = camera.zoomed(1.3, fitted.x, height / 2)
    assert resolved[0][0] > 1
    assert resolved[-1] == (1, 1)
    assert all(later <= before for before, later in pairwise(resolved[2:]))
    assert max(resolved) <= (resolved[0][0] + 1, resolved[0][1] + 1)


def test_that_a_mark_stands_for_neighbours_and_the_last_one_for_what_is_left() -> None:
    # 1.25 px a mark: 2 neurons at 0.5 px, and the last has 1.
    raster = EdgeRaster([column(5, 9, 0.5), column(105, 7, 0.9)], 110, 40)
    assert raster.marks(0) == (5, 7)
    assert raster.neurons_per_mark(0) == (2, 1)
    values = np.zeros((9, 7), np.float32)
    values[3, 1], values[8, 6] = -2, 1
    expected = np.zeros((5, 7), np.float32)
    expected[1, 1], expected[4, 6] = -2, 1
    np.testing.assert_array_equal(raster.pooled(0, values), expected)
    np.testing.assert_array_equal(raster.pooled(0, values, np.full(9, 3, np.float32)), 3 * expected)


def test_that_a_single_mark_knows_how_many_neurons_it_stands_for() -> None:
    raster = EdgeRaster([column(5, 3, 0.3), column(105, 7, 10)], 110, 100)
    assert raster.marks(0) == (1, 7)
    assert raster.neurons_per_mark(0) == (3, 1)


def test_that_zooming_between_two_wide_layers_reaches_the_single_weight() -> None:
    sizes = (784, 1024, 1024, 10)
    left, right = (lay_out(sizes, 980, 560, Camera()).columns[pair].x for pair in (1, 2))
    camera = Camera().zoomed(1e9, (left + right) / 2, 280, NEAREST_IF_WIDE)
    raster = EdgeRaster(lay_out(sizes, 980, 560, camera).columns, 980, 560)
    assert raster.neurons_per_mark(1) == (1, 1)
