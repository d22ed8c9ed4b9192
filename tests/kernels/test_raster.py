import re
from pathlib import Path

import numpy as np
import pytest

from bpviz.kernels import raster
from bpviz.views.edge_raster import EdgeRaster
from bpviz.views.geometry import Camera, lay_out
from bpviz.views.pooling import largest_finite, strongest_of_blocks

pytestmark = pytest.mark.skipif(raster.loops is None, reason="no library")

# Four bytes of each level, in 16 bits each.
LANES = np.random.default_rng(0).integers(0, 256, (256, 4), np.uint16).view(np.uint64).ravel()


@pytest.mark.parametrize("camera", [Camera(), Camera(5.0, -900.0, -700.0)])
@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("sizes", [(2, 4, 2, 1), (784, 16, 16, 10), (784, 300, 200, 10)])
def test_that_both_ways_of_drawing_make_the_same_picture(
    monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...], ratio: int, camera: Camera
) -> None:
    columns = lay_out(sizes, 400, 240, camera).columns
    edges = EdgeRaster(columns, 400, 240, ratio, budget=200_000)
    rng = np.random.default_rng(1)
    pairs = range(len(sizes) - 1)
    levels = [rng.integers(1, 256, edges.marks(pair)).astype(np.uint8) for pair in pairs]
    in_c, work = edges.draw(levels, LANES).copy(), edges.work
    monkeypatch.setattr(raster, "loops", None)
    np.testing.assert_array_equal(edges.draw(levels, LANES), in_c)
    assert edges.work == work
    assert work.runs > 100


@pytest.mark.parametrize("seed", range(20))
def test_that_both_ways_of_pooling_agree_to_the_bit(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 200, 2).tolist()
    # Any pattern of bits: NaN of either sign, infinities, subnormal numbers and zeros.
    values = rng.integers(0, 1 << 32, (n, m), dtype=np.uint32)
    special = np.array([0, 1 << 31, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000], np.uint32)
    values = np.where(rng.random((n, m)) < 0.3, rng.choice(special, (n, m)), values)
    floats = values.view(np.float32)
    rows, columns = (np.arange(0, size, int(rng.integers(1, 9))) for size in (n, m))
    pooled, top = strongest_of_blocks(floats, rows, columns), largest_finite(floats)
    monkeypatch.setattr(raster, "loops", None)
    expected = strongest_of_blocks(floats, rows, columns)
    np.testing.assert_array_equal(pooled.view(np.uint32), expected.view(np.uint32))
    assert top == largest_finite(floats)


def test_that_both_languages_agree_on_their_constants() -> None:
    source = Path(raster.__file__).with_suffix(".c").read_text("utf-8")
    names = ("FRACTION_BITS", "TILE_PX", "MAX_PLANES")
    in_c = {name: int(re.findall(rf"\b{name} = (\d+)", source)[0]) for name in names}
    assert in_c == {name: getattr(raster, name) for name in names}


@pytest.mark.parametrize(
    ("sampling", "thickness", "step"),
    [((1, 2), 4, 1), ((4, 4), 4, 1), ((2, 4), 0, 1), ((2, 4), 4, 2)],
)
def test_that_what_the_loops_cannot_draw_is_refused(
    sampling: tuple[int, int], thickness: int, step: int
) -> None:
    y = np.zeros((4 * sampling[0] + 1, 1), np.int32)
    picture = np.zeros((3, 4 * step), np.uint32)[:, ::step]
    levels = np.ones((1, 1), np.uint8)
    with pytest.raises(ValueError, match="thick" if step == 1 else "rows"):
        raster.draw_edges(levels, y, y, thickness, sampling, LANES, picture)


def test_that_a_picture_with_more_rows_than_a_run_can_have_is_refused() -> None:
    y, levels = np.zeros((3, 1), np.int32), np.ones((1, 1), np.uint8)
    picture = np.zeros((1 << raster.MAX_PLANES - 2, 1), np.uint32)
    with pytest.raises(ValueError, match="fewer"):
        raster.draw_edges(levels, y, y, 4, (2, 4), LANES, picture)
    picture = picture[:-1]
    assert raster.draw_edges(levels, y, y, 4, (2, 4), LANES, picture) == 2
