from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.data.ink import BOX_PX, SIDE_PX, from_mnist, to_mnist
from bpviz.data.mnist import load_mnist

Picture = NDArray[np.uint8]
Point = tuple[float, float]

SEVEN: tuple[Point, ...] = ((0.0, 0.0), (0.6, 0.05), (0.2, 1.0))
HOOK: tuple[Point, ...] = ((0.5, 0.0), (0.05, 0.7), (0.4, 1.0), (0.6, 0.7), (0.1, 0.75))


def drawing(points: tuple[Point, ...], height: float, at: Point, size: int = 280) -> Picture:
    """Draw a polyline with a round, antialiased pen; `at` is its (x, y), its pen height / 10."""
    y, x = np.mgrid[:size, :size] + 0.5
    distance = np.full((size, size), np.inf)
    path = np.array(points) * height + at
    for (x0, y0), (x1, y1) in pairwise(path):
        dx, dy = x1 - x0, y1 - y0
        t = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
        distance = np.minimum(distance, np.hypot(x - x0 - t * dx, y - y0 - t * dy))
    return np.rint(255 * np.clip(height / 20 + 0.5 - distance, 0, 1)).astype(np.uint8)


def extent(picture: Picture) -> tuple[int, int]:
    """Return height and width of the ink's bounding box."""
    rows, cols = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return int(rows[-1] - rows[0] + 1), int(cols[-1] - cols[0] + 1)


def center_of_mass(picture: Picture) -> Point:
    """Return (row, column), counted from zero."""
    rows, cols = np.indices(picture.shape)
    return float(np.average(rows, weights=picture)), float(np.average(cols, weights=picture))


def difference(a: Picture, b: Picture) -> float:
    """Return the mean absolute difference in grey levels of 255."""
    return float(np.abs(a.astype(float) - b).mean())


def roughness(picture: Picture) -> float:
    """Return the sum of squared steps between neighbours."""
    return float(sum((np.diff(picture.astype(float), axis=axis) ** 2).sum() for axis in (0, 1)))


@pytest.fixture(scope="module")
def digits() -> Picture:
    """300 pictures from all over the test set, (300, 28, 28)."""
    return load_mnist().test.x[::33][:300].reshape(-1, SIDE_PX, SIDE_PX)


@pytest.mark.parametrize("size", [28, 280, 300, 419])
def test_that_mnist_pictures_come_back_from_the_pad_bit_for_bit(digits: Picture, size: int) -> None:
    back = np.stack([to_mnist(from_mnist(digit, size)) for digit in digits])
    assert np.array_equal(back, digits)


def test_that_an_mnist_picture_has_smooth_strokes_on_the_pad(digits: Picture) -> None:
    for digit in digits[:20]:
        blocks = digit.repeat(10, axis=0).repeat(10, axis=1)
        assert roughness(from_mnist(digit, 280)) < 0.7 * roughness(blocks)


def test_that_an_mnist_picture_lies_in_the_middle_of_the_pad(digits: Picture) -> None:
    pad = from_mnist(digits[0], 300)
    assert pad.shape == (300, 300)
    assert pad.dtype == np.uint8
    assert np.array_equal(pad[10:290, 10:290], from_mnist(digits[0], 280))
    assert pad.sum() == pad[10:290, 10:290].sum()


def test_that_pads_smaller_than_the_picture_are_refused(digits: Picture) -> None:
    with pytest.raises(ValueError, match="27 pixels"):
        from_mnist(digits[0], 27)


@pytest.mark.parametrize("points", [SEVEN, HOOK])
def test_that_a_drawing_is_20_pixels_long_and_its_mass_centred(points: tuple[Point, ...]) -> None:
    for height, at in ((90, (20, 15)), (130, (100, 120)), (230, (30, 20))):
        picture = to_mnist(drawing(points, height, at))
        assert picture.shape == (SIDE_PX, SIDE_PX)
        assert picture.dtype == np.uint8
        assert max(extent(picture)) == BOX_PX
        for middle in center_of_mass(picture):
            assert 13.5 <= middle < 14.5


def test_that_a_wide_drawing_keeps_its_aspect_ratio() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[100:150, 40:240] = 255
    assert extent(to_mnist(ink)) == (5, 20)
    assert extent(to_mnist(ink.T.copy())) == (20, 5)


def test_that_the_place_on_the_pad_does_not_matter() -> None:
    ink = drawing(HOOK, 120, (20, 20))
    picture = to_mnist(ink)
    for shift in ((0, 110), (117, 0), (93, 41)):
        assert np.array_equal(to_mnist(np.roll(ink, shift, axis=(0, 1))), picture)


def test_that_the_size_on_the_pad_hardly_matters() -> None:
    large = to_mnist(drawing(SEVEN, 230, (40, 20)))
    for height in (60, 90, 150.5, 200):
        assert difference(to_mnist(drawing(SEVEN, height, (40, 20))), large) < 3
    assert difference(to_mnist(drawing(SEVEN, 460, (80, 40), size=560)), large) < 3
    assert difference(to_mnist(drawing(HOOK, 230, (40, 20))), large) > 20


def test_that_pads_need_not_be_square() -> None:
    ink = drawing(SEVEN, 120, (20, 20))
    assert np.array_equal(to_mnist(ink[:160]), to_mnist(ink))


def test_that_edges_are_antialiased_though_the_ink_is_not() -> None:
    ink = np.where(drawing(HOOK, 200, (40, 40)) > 127, 255, 0).astype(np.uint8)
    assert np.unique(to_mnist(ink)).size > 30


def test_that_each_pixel_is_the_mean_of_the_area_it_covers() -> None:
    ink = np.random.default_rng(0).integers(1, 256, (200, 200)).astype(np.uint8)
    means = ink.reshape(20, 10, 20, 10).mean(axis=(1, 3))
    picture = to_mnist(ink)
    box = picture[np.ix_(picture.any(axis=1), picture.any(axis=0))]
    assert np.abs(box - means).max() <= 0.5 + 1e-4


def test_that_no_ink_gives_an_empty_picture() -> None:
    picture = to_mnist(np.zeros((280, 280), np.uint8))
    assert picture.shape == (SIDE_PX, SIDE_PX)
    assert not picture.any()


def test_that_one_dot_fills_the_box() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[270, 3] = 255
    expected = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    expected[4:24, 4:24] = 255
    assert np.array_equal(to_mnist(ink), expected)


def test_that_a_black_pad_fills_the_box() -> None:
    expected = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    expected[4:24, 4:24] = 255
    assert np.array_equal(to_mnist(np.full((280, 280), 255, np.uint8)), expected)


@pytest.mark.parametrize("thickness", [1, 6, 10, 15])
def test_that_a_thin_line_keeps_its_ink(thickness: int) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[50 : 50 + thickness, 40:240] = 255
    picture = to_mnist(ink)
    assert extent(picture) == (-(-thickness // 10), BOX_PX)
    assert picture.sum() == pytest.approx(255 * thickness / 10 * BOX_PX, rel=0.02)


def test_that_a_symmetric_drawing_stays_symmetric() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[40:240, 50:75] = 255  # two and a half pixels wide when scaled
    columns = to_mnist(ink)[14]
    assert columns[columns > 0].tolist() == [191, 255, 191]


def test_that_ink_too_faint_to_show_is_no_error() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[50, :] = 1
    assert not to_mnist(ink).any()


def test_that_centring_never_pushes_ink_off_the_picture() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[60:180, 20:60] = 255  # heavy at the left, with a long thin tail
    ink[130:140, 60:220] = 255
    for turned, edge in ((ink, "left"), (np.fliplr(ink), "right")):
        picture = to_mnist(turned)
        assert picture.sum() == int(ink.sum()) // 100
        assert extent(picture) == (12, 20)
        assert picture[:, -1 if edge == "left" else 0].any()
