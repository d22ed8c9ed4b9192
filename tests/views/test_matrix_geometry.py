import numpy as np
import pytest

from bpviz.views.matrix_geometry import (
    MAX_CELL_PX,
    Lens,
    MatrixLayout,
    lay_out_matrix,
)

SHAPES = [(1, 1), (2, 3), (16, 10), (16, 16), (784, 16), (784, 1024), (4096, 4096), (3, 900)]
LENSES = [Lens(), Lens(1.3, 0.2, 0.9), Lens(7.7, 0.5, 0.31), Lens(1e9, 1.0, 0.0)]


def layout(shape: tuple[int, int], lens: Lens | None = None, ratio: float = 1.0) -> MatrixLayout:
    return lay_out_matrix(shape, 300, 400, lens or Lens(), ratio)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_that_every_row_and_column_is_part_of_what_is_drawn(
    shape: tuple[int, int], ratio: float
) -> None:
    for axis in layout(shape, ratio=ratio)[:2]:
        bounds, edges = axis.blocks
        assert bounds[0] == 0
        assert bounds[-1] == axis.n
        assert (np.diff(bounds) > 0).all()
        assert (np.diff(edges) > 0).all()  # each block has a pixel of its own, and there is no hole
        assert axis.room[0] <= edges[0] < edges[-1] <= axis.room[1]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lens", LENSES)
def test_that_what_is_drawn_is_bounded_by_the_room(shape: tuple[int, int], lens: Lens) -> None:
    for axis in layout(shape, lens)[:2]:
        bounds, edges = axis.blocks
        assert len(bounds) == len(edges) <= axis.room[1] - axis.room[0] + 3
        assert (np.diff(bounds) > 0).all()
        assert (np.diff(edges) > 0).all()
        assert axis.room[0] <= edges[0] < edges[-1] <= axis.room[1]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lens", LENSES)
def test_that_a_pixel_belongs_to_the_cells_that_are_drawn_there(
    shape: tuple[int, int], lens: Lens
) -> None:
    for axis in layout(shape, lens)[:2]:
        bounds, edges = axis.blocks
        for index in {int(bounds[0]), int(bounds[len(bounds) // 2 - 1]), int(bounds[-1]) - 1}:
            begin, end = axis.place(index)
            middle = min(max((begin + end) // 2, int(edges[0])), int(edges[-1]) - 1)
            assert index in axis.at(middle)
            assert axis.sees(index)
        assert not axis.at(int(edges[0]) - 1)
        assert not axis.at(int(edges[-1]))


def test_that_cells_are_squares_where_there_is_room() -> None:
    rows, columns, *_ = layout((16, 10))
    assert rows.cell == pytest.approx(columns.cell, abs=4)


def test_that_wide_and_tall_matrices_fill_the_room() -> None:
    rows, columns, *_ = layout((784, 16))
    assert rows.end - rows.blocks.edges[0] == rows.room[1] - rows.room[0]
    assert columns.end - columns.blocks.edges[0] == columns.room[1] - columns.room[0]


def test_that_zooming_in_resolves_single_weights_into_squares() -> None:
    found = layout((784, 1024), Lens(1e9))
    assert found.per_pixel == 1
    assert found.rows.cell == found.columns.cell == MAX_CELL_PX


def test_that_it_is_told_how_many_weights_share_a_pixel() -> None:
    found = layout((784, 1024))
    height, width = (axis.room[1] - axis.room[0] for axis in found[:2])
    assert found.per_pixel == -(-784 // height) * -(-1024 // width)


def test_that_the_place_under_the_mouse_stays_while_zooming() -> None:
    lens = Lens()
    for _ in range(12):
        found = layout((784, 1024), lens)
        at = found.columns.at(150), found.rows.at(200)
        lens = found.zoomed(1.25, 150, 200)
    first, last = layout((784, 1024)), layout((784, 1024), lens)
    assert set(last.columns.at(150)) & set(range(*_around(first.columns.at(150))))
    assert set(last.rows.at(200)) & set(range(*_around(first.rows.at(200))))
    assert len(at[0]) == len(at[1]) == 1


@pytest.mark.parametrize("shape", [(784, 16), (16, 784), (784, 1024), (4096, 4096)])
@pytest.mark.parametrize(("x", "y"), [(60, 40), (150, 200), (280, 330)])
def test_that_a_point_of_the_picture_stays_under_the_mouse_at_every_zoom(
    shape: tuple[int, int], x: int, y: int
) -> None:
    found = layout(shape)
    for factor in [1.25] * 50 + [1 / 1.25] * 50:
        after = layout(shape, found.zoomed(factor, x, y))
        for before, axis, at in ((found[0], after[0], y), (found[1], after[1], x)):
            first, last = axis.room
            at_the_rim = first in (axis.start, axis.start - 1) or axis.end < last
            at_the_rim |= abs(axis.start + axis.n * axis.cell - last) <= 1
            if not at_the_rim:
                place = axis.start + (at - before.start) / before.cell * axis.cell
                assert place == pytest.approx(at, abs=1)
        found = after


def test_that_at_the_closest_zoom_there_is_nothing_to_come_nearer_to() -> None:
    found = layout((784, 1024), Lens(1e9, 0.3, 0.6))
    again = layout((784, 1024), found.zoomed(1.25, 100, 300))
    assert again[:3] == found[:3]


def _around(found: range) -> tuple[int, int]:
    return found.start - 2, found.stop + 2


def test_that_moving_ends_at_the_rim_and_goes_back_at_once() -> None:
    lens = layout((784, 1024), Lens(8)).lens
    for _ in range(50):
        lens = layout((784, 1024), layout((784, 1024), lens).moved(-100, 100)).lens
    found = layout((784, 1024), lens)
    assert (found.columns.blocks.bounds[-1], found.rows.blocks.bounds[0]) == (1024, 0)
    back = layout((784, 1024), found.moved(40, 0))
    assert back.columns.start == found.columns.start + 40


@pytest.mark.parametrize("lens", LENSES)
def test_that_a_view_looks_the_same_through_the_lens_it_names(lens: Lens) -> None:
    found = layout((784, 1024), lens)
    again = layout((784, 1024), found.lens)
    assert again.lens.zoom == found.lens.zoom
    assert again[:3] == found[:3]
