from itertools import pairwise

import numpy as np
import pytest

from bpviz.views import edge_marks
from bpviz.views.edge_pair import EDGE_BUDGET, LEVEL_BUDGET, Pair
from bpviz.views.edge_raster import LINE_PX, EdgeRaster
from bpviz.views.geometry import Camera, Column, lay_out

WIDTH, HEIGHT = 900, 600
WIDE = (784, 1024, 1024, 10)
# Where between two layers the camera is, as a share of the way from the first to the second.
SHARES = (0.0, 0.1, 0.3, 0.5, 0.8, 1.0)


def columns_at(
    sizes: tuple[int, ...], pair: int, share: float, scale: float, y: float = HEIGHT / 2
) -> tuple[Column, ...]:
    """Return the layers, a place between two of them in the middle of the window."""
    left, right = lay_out(sizes, WIDTH, HEIGHT, Camera()).columns[pair : pair + 2]
    x = left.x + share * (right.x - left.x)
    camera = Camera(scale, WIDTH / 2 - scale * x, HEIGHT / 2 - scale * y)
    return lay_out(sizes, WIDTH, HEIGHT, camera.kept_within(WIDTH, HEIGHT)).columns


def pair_at(sizes: tuple[int, ...], pair: int, share: float, scale: float) -> Pair:
    left, right = columns_at(sizes, pair, share, scale)[pair : pair + 2]
    return Pair(left, right, WIDTH, HEIGHT, LINE_PX)


@pytest.mark.parametrize("share", [0.35, 0.5, 0.6])
def test_that_between_two_wide_layers_only_curves_in_sight_count(share: float) -> None:
    assert pair_at(WIDE, 1, 0.5, 1.0).per_mark != (1, 1)
    pair = pair_at(WIDE, 1, share, 64.0)
    assert pair.per_mark == (1, 1)
    # There are more of them than would be drawn at once, but most pass above or below.
    assert pair.edges > EDGE_BUDGET
    columns = columns_at(WIDE, 1, share, 64.0)
    raster = EdgeRaster(columns, WIDTH, HEIGHT, budget=10**9)
    assert raster.neurons_per_mark(1) == (1, 1)


@pytest.mark.parametrize("scale", [1.0, 2.0, 8.0, 64.0])
@pytest.mark.parametrize("share", SHARES)
def test_that_however_wide_the_layers_levels_and_curves_are_bounded(
    share: float, scale: float
) -> None:
    pair = pair_at((30_000, 30_000), 0, share, scale)
    assert pair.edges <= LEVEL_BUDGET
    assert pair._curves_in_sight() <= EDGE_BUDGET


def test_that_marks_far_above_and_below_the_window_are_left_out() -> None:
    pair = pair_at(WIDE, 1, 1.0, 64.0)
    neurons = pair.neurons[1]
    assert neurons.stop - neurons.start < 60
    assert pair.neurons[0] == slice(0, 1024), "all lead to those in sight"


@pytest.mark.parametrize("y", [80.0, 300.0, 560.0])
@pytest.mark.parametrize("scale", [3.0, 20.0, 64.0])
@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("sizes", [(60, 40), (300, 7), (5, 300), (2, 3)])
def test_that_what_is_left_out_is_not_seen(
    monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, int], share: float, scale: float, y: float
) -> None:
    columns = columns_at(sizes, 0, share, scale, y)
    weights = np.random.default_rng(0).uniform(1, 255, sizes).astype(np.float32)
    colours = np.arange(256, dtype=np.uint64)

    def picture() -> tuple[np.ndarray, int]:
        raster = EdgeRaster(columns, WIDTH, HEIGHT, budget=200_000)
        drawn = raster.draw([raster.pooled(0, weights).astype(np.uint8)], colours)
        return drawn.copy(), raster.work.runs

    seen, runs = picture()
    monkeypatch.setattr(
        Pair, "_rows_in_sight", lambda pair: (slice(0, len(pair._start)), slice(0, len(pair._end)))
    )
    everything, all_runs = picture()
    np.testing.assert_array_equal(seen, everything)
    assert runs == all_runs


@pytest.mark.parametrize("scale", [1.0, 2.0, 64.0])
def test_that_no_marks_are_made_twice_in_a_row(
    monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    made: list[tuple[int, int]] = []
    original = Pair._set_marks

    def noted(pair: Pair, mark_px: float, scatter: float) -> None:
        original(pair, mark_px, scatter)
        made.append((pair._start.per_mark, pair._end.per_mark))

    monkeypatch.setattr(Pair, "_set_marks", noted)
    pair = pair_at((4096, 1024), 0, 0.4, scale)
    assert all(before != after for before, after in pairwise(made))
    tried = len(made)
    coarser = pair.coarser(4.0)
    assert made[tried] >= made[tried - 1], "starts where the one before has got to"
    assert coarser.coarseness == 1.5 * pair.coarseness


def test_that_moving_the_camera_makes_no_places_anew() -> None:
    edge_marks._places.cache_clear()
    EdgeRaster(columns_at(WIDE, 1, 0.5, 8.0), WIDTH, HEIGHT)
    before = edge_marks._places.cache_info()
    assert before.misses > 0
    EdgeRaster(columns_at(WIDE, 1, 0.5, 8.0, HEIGHT / 2 + 0.5), WIDTH, HEIGHT)
    after = edge_marks._places.cache_info()
    assert after.hits > before.hits
    assert after.misses - before.misses <= 2, "but for what the last steps need"


@pytest.mark.parametrize(
    ("sizes", "joins"), [((784, 16), True), ((784, 10), True), ((16, 16), False), ((4, 3), False)]
)
def test_that_a_pair_knows_whether_lines_share_between_its_layers(
    sizes: tuple[int, int], joins: bool
) -> None:
    pair = pair_at(sizes, 0, 0.5, 1.0)
    assert pair.per_mark == (1, 1)
    assert pair.joins == joins
