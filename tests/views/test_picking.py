from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from bpviz.views import picking
from bpviz.views.geometry import Camera, Edge, Layout, Neuron, Part, curve, lay_out
from bpviz.views.picking import pixel_at

ROOMS = [(360, 240), (800, 460), (1060, 600), (2400, 1400)]


def weights(sizes: Sequence[int]) -> list[np.typing.NDArray[np.float32]]:
    return [np.zeros(pair, np.float32) for pair in pairwise(sizes)]


def part_at(
    layout: Layout, values: list[np.typing.NDArray[np.float32]], x: float, y: float
) -> Part | None:
    return picking.part_at(layout, lambda pair, *ends: values[pair][ends], x, y)


@pytest.mark.parametrize("camera", [Camera(), Camera(5.0, -300.0, -900.0)])
def test_that_every_pixel_of_the_picture_is_found(camera: Camera) -> None:
    picture = lay_out((784, 10), 1060, 600, camera).picture
    assert picture is not None
    cell = picture.side / 28
    for pixel in range(784):
        row, column = divmod(pixel, 28)
        for share in (0.02, 0.5, 0.98):
            x, y = picture.x + (column + share) * cell, picture.y + (row + share) * cell
            assert pixel_at(picture, x, y) == pixel


def test_that_beside_the_picture_there_is_no_pixel() -> None:
    picture = lay_out((784, 10), 1060, 600, Camera()).picture
    assert picture is not None
    x, y, side = picture
    for dx, dy in ((-0.1, 5), (side + 0.1, 5), (5, -0.1), (5, side + 0.1), (-0.1, -0.1)):
        assert pixel_at(picture, x + dx, y + dy) is None


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "sizes", [(2, 2), (784, 16, 16, 10), (784, 512, 10), (2, *(2,) * 12, 2), (784, *(16,) * 12, 10)]
)
def test_that_every_neuron_is_found_at_its_own_place(
    sizes: tuple[int, ...], room: tuple[int, int]
) -> None:
    layout = lay_out(sizes, *room, Camera())
    values = weights(sizes)
    for number, column in enumerate(layout.columns):
        for row, y in enumerate(column.y.tolist()):
            assert part_at(layout, values, column.x, y) == Neuron(number, row)


def test_that_a_neuron_is_found_anywhere_on_its_disc() -> None:
    layout = lay_out((4, 3, 2), 1060, 600, Camera())
    column = layout.columns[1]
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        x, y = column.x + 0.95 * dx * column.radius, column.y[1] + 0.95 * dy * column.radius
        assert part_at(layout, weights((4, 3, 2)), x, float(y)) == Neuron(1, 1)


def test_that_pixels_of_the_picture_are_the_inputs() -> None:
    layout = lay_out((784, 10), 1060, 600, Camera())
    assert layout.picture is not None
    x, y, side = layout.picture
    at = part_at(layout, weights((784, 10)), x + 3.5 / 28 * side, y + 2.5 / 28 * side)
    assert at == Neuron(0, 2 * 28 + 3)


def on_the_way(layout: Layout, edge: Edge) -> list[tuple[float, float]]:
    """Points of an edge that lie clear of the neurons at its ends."""
    left, right = layout.columns[edge.pair], layout.columns[edge.pair + 1]
    return [
        (x, y)
        for x, y in curve(layout, edge).tolist()
        if x > left.x + max(left.radius, 4) and x < right.x - max(right.radius, 4)
    ]


@pytest.mark.parametrize("camera", [Camera(), Camera(8.0, -2500.0, -2000.0)])
@pytest.mark.parametrize("sizes", [(2, 2), (784, 16, 16, 10), (784, 128, 10), (3, *(4,) * 12, 2)])
def test_that_the_strongest_edge_is_found_all_along_its_curve(
    sizes: tuple[int, ...], camera: Camera
) -> None:
    layout = lay_out(sizes, 1060, 600, camera)
    rng = np.random.default_rng(2)
    for _ in range(20):
        pair = int(rng.integers(len(sizes) - 1))
        edge = Edge(pair, int(rng.integers(sizes[pair])), int(rng.integers(sizes[pair + 1])))
        values = weights(sizes)
        values[pair][edge.start, edge.end] = rng.choice([-1, 1])
        points = on_the_way(layout, edge)
        assert len(points) > 30
        for x, y in points:
            assert part_at(layout, values, x, y) == edge


@pytest.mark.parametrize("strong", [-2.0, np.inf, np.nan])
def test_that_of_two_crossing_edges_the_stronger_is_found(strong: float) -> None:
    layout = lay_out((2, 2), 1060, 600, Camera())
    x, y = curve(layout, Edge(0, 0, 1))[32]
    np.testing.assert_allclose(curve(layout, Edge(0, 1, 0))[32], (x, y))
    for edge in (Edge(0, 0, 1), Edge(0, 1, 0)):
        values = [np.ones((2, 2), np.float32)]
        values[0][edge.start, edge.end] = strong
        assert part_at(layout, values, float(x), float(y)) == edge


def test_that_between_edges_and_outside_the_network_there_is_nothing() -> None:
    layout = lay_out((2, 2), 1060, 600, Camera())
    values = weights((2, 2))
    middle = (layout.columns[0].x + layout.columns[1].x) / 2
    bottom = float(layout.columns[0].y[-1])
    assert part_at(layout, values, middle, bottom + 20) is None
    assert part_at(layout, values, layout.columns[0].x - 60, bottom) is None
    assert part_at(layout, values, layout.columns[1].x + 60, bottom) is None
