import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.kernels import raster
from bpviz.views import edge_runs
from bpviz.views.edge_raster import EdgeRaster
from bpviz.views.geometry import Camera, lay_out

# Blue tells the level, alpha how much of the pixel is covered.
COLOURS = np.arange(256, dtype=np.uint64) | np.uint64(255 << 48)
COLOURS[0] = 0


@pytest.fixture(params=["C", "numpy"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test goes both ways."""
    if request.param == "numpy":
        monkeypatch.setattr(raster, "loops", None)
    elif raster.loops is None:
        pytest.skip("no library")


def by_hand(
    levels: NDArray[np.uint8],
    outer_y: NDArray[np.int32],
    inner_y: NDArray[np.int32],
    thickness: int,
    rows: int,
) -> NDArray[np.uint8]:
    """The samples : (columns, rows), curve after curve."""
    samples = np.zeros((len(outer_y) - 1, rows), np.uint8)
    for column in range(len(samples)):
        for (outer, inner), level in np.ndenumerate(levels):
            left = (int(outer_y[column, outer]) + int(inner_y[column, inner])) // 64
            right = (int(outer_y[column + 1, outer]) + int(inner_y[column + 1, inner])) // 64
            top, end = max(min(left, right), 0), max(max(left, right) + thickness, 0)
            run = samples[column, top:end]
            np.maximum(run, level, out=run)
    return samples


@pytest.mark.parametrize("sampling", [(2, 4), (1, 4), (1, 2)])
@pytest.mark.parametrize("seed", range(12))
def test_that_each_sample_shows_the_highest_level_and_each_pixel_their_mean(
    seed: int, sampling: tuple[int, int]
) -> None:
    if sampling == (1, 2) and raster.loops is not None:
        pytest.skip("only where there is no library")
    rng = np.random.default_rng(seed)
    across, down = sampling
    width, height = int(rng.integers(1, 40)), int(rng.integers(1, 30))
    outer, inner = rng.integers(1, 7, 2).tolist()
    levels = rng.integers(1, 256, (outer, inner)).astype(np.uint8)
    # Some start or end far outside, and some are very steep.
    spread = 64 * height * down * rng.choice([0.3, 1, 5])
    outer_y, inner_y = (
        np.sort(rng.uniform(-spread, spread, (width * across + 1, n)), axis=1).astype(np.int32)
        for n in (outer, inner)
    )
    thickness = int(rng.integers(1, 9))
    picture = np.full((height, width + 3), 7, np.uint32)
    edge_runs.draw(levels, outer_y, inner_y, thickness, sampling, COLOURS, picture[:, 1:-2])
    assert (picture[:, [0, -2, -1]] == 7).all(), "writes beside its columns"
    samples = by_hand(levels, outer_y, inner_y, thickness, height * down)
    samples = samples.reshape(width, across, height, down)
    count, half = across * down, across * down // 2
    blue = (samples.astype(int).sum(axis=(1, 3)) + half) // count
    alpha = ((samples > 0).sum(axis=(1, 3)) * 255 + half) // count
    np.testing.assert_array_equal(picture[:, 1:-2] & 0xFF, blue.T)
    np.testing.assert_array_equal(picture[:, 1:-2] >> 24, alpha.T)


def test_that_the_channels_of_a_colour_stay_apart() -> None:
    colours = np.zeros(256, np.uint64)
    colours[9] = 11 | 22 << 16 | 33 << 32 | 255 << 48
    y = np.zeros((3, 1), np.int32)
    picture = np.zeros((1, 1), np.uint32)
    edge_runs.draw(np.full((1, 1), 9, np.uint8), y, y, 4, (2, 4), colours, picture)
    assert picture[0, 0] == 0xFF21160B


def test_that_only_runs_in_sight_are_counted() -> None:
    far = np.array([-100, 0, 100]) * 64
    outer_y = np.tile(far, (9, 1)).astype(np.int32)
    inner_y = np.zeros((9, 1), np.int32)
    picture = np.zeros((5, 4), np.uint32)
    levels = np.ones((3, 1), np.uint8)
    assert edge_runs.draw(levels, outer_y, inner_y, 4, (2, 4), COLOURS, picture) == 8
    assert (picture[0] >> 24 == 255).all()
    assert not picture[1:].any()


def test_that_curves_out_of_sight_cost_numpy_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    if raster.loops is not None:
        pytest.skip("the loops in C look for them by halves")
    made = 0
    original = edge_runs._run_maxima

    def counted(
        tops: NDArray[np.int32], ends: NDArray[np.int32], levels: NDArray[np.uint8], rows: int
    ) -> NDArray[np.uint8]:
        nonlocal made
        made += tops.size
        return original(tops, ends, levels, rows)

    monkeypatch.setattr(edge_runs, "_run_maxima", counted)
    columns = lay_out((784, 1024, 1024, 10), 300, 200, Camera(64, -9000, -6200)).columns
    edges = EdgeRaster(columns, 300, 200, budget=1_000_000)
    levels = [np.full(edges.marks(pair), 9, np.uint8) for pair in range(3)]
    edges.draw(levels, COLOURS)
    assert edges.work.runs > 100_000
    assert made < 1.5 * edges.work.runs
