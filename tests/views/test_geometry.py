from itertools import pairwise

import numpy as np
import pytest

from bpviz.views.geometry import (
    ARROW_PX,
    CAPTION_PX,
    FOOTER_PX,
    OUTPUT_LABEL_PX,
    Camera,
    Edge,
    curve,
    is_tiny,
    lay_out,
    rise,
)

NETWORKS = [
    (2, 2),
    (784, 10),
    (784, 16, 16, 10),
    (784, 4096, 4096, 10),
    (2, *(2,) * 12, 2),
    (784, *(16,) * 12, 10),
    (784, *(512,) * 12, 10),
]
ROOMS = [(360, 240), (800, 460), (1060, 600), (2400, 1400)]


def random_camera(rng: np.random.Generator) -> Camera:
    return Camera(float(2 ** rng.uniform(0, 6)), *rng.uniform(-3000, 3000, 2).tolist())


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("sizes", NETWORKS)
def test_that_all_neurons_lie_in_the_room_from_left_to_right(
    sizes: tuple[int, ...], room: tuple[int, int]
) -> None:
    layout = lay_out(sizes, *room, Camera())
    assert [len(column.y) for column in layout.columns] == list(sizes)
    for column in layout.columns:
        assert column.x - column.radius >= 0
        assert column.x + column.radius + ARROW_PX <= room[0] - OUTPUT_LABEL_PX + 1e-6
        assert column.y[0] - column.radius >= CAPTION_PX
        assert column.y[-1] + column.radius <= room[1] - FOOTER_PX
        assert (np.diff(column.y) > 0).all()
        np.testing.assert_allclose(np.diff(column.y), column.spacing)
    for left, right in pairwise(layout.columns):
        assert left.x + left.radius < right.x - right.radius, "circles of two layers overlap"


@pytest.mark.parametrize("room", ROOMS)
def test_that_the_picture_lies_in_the_room_left_of_the_inputs(room: tuple[int, int]) -> None:
    layout = lay_out((784, 16, 10), *room, Camera())
    assert layout.picture is not None
    x, y, side = layout.picture
    assert x >= 0
    assert x + side < layout.columns[0].x - layout.columns[0].radius
    assert y >= CAPTION_PX
    assert y + side <= room[1] - FOOTER_PX


def test_that_there_is_a_picture_only_of_28_by_28_inputs() -> None:
    assert lay_out((783, 10), 800, 400, Camera()).picture is None
    assert lay_out((2, 4, 2), 800, 400, Camera()).picture is None


def test_that_a_few_neurons_stand_in_the_middle_and_not_too_far_apart() -> None:
    two = lay_out((2, 16, 2), 1060, 1400, Camera()).columns[0]
    assert two.spacing == 60
    assert two.y.mean() == pytest.approx((CAPTION_PX + 1400 - FOOTER_PX) / 2)


@pytest.mark.parametrize("room", [(640, 330), (1060, 600)])
@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (2, 2, 2), (2, 3, 1), (8, 7)])
def test_that_tiny_networks_have_large_circles_with_room_for_a_number_below(
    sizes: tuple[int, ...], room: tuple[int, int]
) -> None:
    assert is_tiny(sizes)
    for column in lay_out(sizes, *room, Camera()).columns:
        assert column.spacing - 2 * column.radius >= 18 - 1e-6
        assert column.y[-1] + column.radius + 18 <= room[1] - FOOTER_PX + 1e-6
    assert lay_out((2, 2, 2), 1060, 600, Camera()).columns[1].radius == 40


def test_that_networks_with_many_neurons_or_edges_are_not_tiny() -> None:
    assert not is_tiny((9, 2))
    assert not is_tiny((8, 8))
    assert is_tiny((6, 5, 6))


def test_that_names_at_both_ends_have_their_room() -> None:
    plain = lay_out((3, 16, 2), 800, 500, Camera(), (0, 50)).columns
    named = lay_out((3, 16, 2), 800, 500, Camera(), (70, 90)).columns
    assert named[0].x - plain[0].x == pytest.approx(70)
    assert plain[-1].x - named[-1].x == pytest.approx(40)


def test_that_a_room_of_no_size_is_no_error() -> None:
    layout = lay_out((784, 16, 10), 0, 0, Camera())
    assert np.isfinite([column.x for column in layout.columns]).all()


def test_that_the_camera_scales_and_moves_what_is_laid_out() -> None:
    camera = Camera(3.0, -100.0, -40.0)
    plain, seen = (lay_out((784, 16, 10), 1060, 600, c) for c in (Camera(), camera))
    for before, after in zip(plain.columns, seen.columns, strict=True):
        assert after.x == pytest.approx(3 * before.x - 100)
        np.testing.assert_allclose(after.y, 3 * before.y - 40)
        assert after.spacing == pytest.approx(3 * before.spacing)
        assert before.radius <= after.radius <= 3 * before.radius
    assert plain.picture is not None
    assert seen.picture is not None
    assert seen.picture == pytest.approx(
        (3 * plain.picture.x - 100, 3 * plain.picture.y - 40, 3 * plain.picture.side)
    )


def test_that_zooming_keeps_the_point_under_the_mouse() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        camera = random_camera(rng)
        mouse = rng.uniform(0, 1000, 2)
        nearer = camera.zoomed(float(rng.uniform(0.3, 3)), *mouse.tolist())
        before = (mouse - (camera.x, camera.y)) / camera.scale
        after = (mouse - (nearer.x, nearer.y)) / nearer.scale
        np.testing.assert_allclose(after, before, atol=1e-6)


def test_that_the_zoom_ends_at_the_whole_network_and_at_64_times() -> None:
    assert Camera(2.0).zoomed(0.1, 50, 50).scale == 1
    assert Camera(2.0).zoomed(1000, 50, 50).scale == 64
    assert Camera().zoomed(0.5, 50, 50) == Camera()


def test_that_a_camera_kept_within_shows_no_empty_rim() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        camera = random_camera(rng)
        kept = camera.kept_within(1060, 600)
        assert kept.scale == camera.scale
        assert kept.x <= 0
        assert kept.y <= 0
        assert kept.x + 1060 * kept.scale >= 1060 - 1e-6
        assert kept.y + 600 * kept.scale >= 600 - 1e-6
        assert kept.kept_within(1060, 600) == kept
    inside = Camera(4.0, -1000.0, -500.0)
    assert inside.kept_within(1060, 600) == inside


def test_that_a_camera_moves_by_pixels() -> None:
    assert Camera(2.0, -5.0, -6.0).moved(3, -4) == Camera(2.0, -2.0, -10.0)


def test_that_an_edge_rises_slowly_at_its_ends_and_never_falls() -> None:
    t = np.linspace(0, 1, 101)
    height = rise(t)
    assert height[0] == 0
    assert height[50] == pytest.approx(0.5)
    assert height[-1] == 1
    steps = np.diff(height)
    assert (steps > 0).all()
    assert steps[0] < 0.1 * steps.max()
    assert steps[-1] < 0.1 * steps.max()


def test_that_a_curve_joins_its_two_neurons() -> None:
    layout = lay_out((784, 16, 10), 1060, 600, Camera())
    points = curve(layout, Edge(1, 3, 7))
    left, right = layout.columns[1:]
    np.testing.assert_allclose(points[0], (left.x, left.y[3]))
    np.testing.assert_allclose(points[-1], (right.x, right.y[7]))
    assert (np.diff(points[:, 0]) > 0).all()
