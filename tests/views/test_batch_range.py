import pytest

from bpviz.views.batch_range import BatchRange


@pytest.fixture
def batches() -> BatchRange:
    """1,000 batches, all in view."""
    batches = BatchRange()
    batches.grow(1000, from_zero=False, columns=500)
    return batches


def test_that_all_batches_are_in_view_with_room_for_markers_at_the_edges(
    batches: BatchRange,
) -> None:
    assert (batches.first, batches.last) == pytest.approx((1 - 9.99, 1000 + 9.99))
    batches.grow(2000, from_zero=True, columns=500)
    assert (batches.first, batches.last) == pytest.approx((0 - 20, 2000 + 20))


def test_that_there_is_a_stretch_to_show_before_there_are_batches() -> None:
    batches = BatchRange()
    assert batches.first <= 1
    assert batches.last > batches.first + 1


def test_that_a_stretch_stays_while_the_newest_batch_is_out_of_view(batches: BatchRange) -> None:
    batches.look_at(300, 500)
    batches.grow(1500, from_zero=False, columns=500)
    assert (batches.first, batches.last) == (300, 500)


def test_that_a_stretch_with_the_newest_batch_moves_along(batches: BatchRange) -> None:
    batches.look_at(800, 1005)
    batches.grow(1500, from_zero=False, columns=500)
    assert (batches.first, batches.last) == (1300, 1505)


def test_that_all_are_shown_again_on_request(batches: BatchRange) -> None:
    batches.look_at(300, 500)
    batches.show_all()
    batches.grow(1500, from_zero=False, columns=500)
    assert batches.first < 1
    assert batches.last > 1500


def test_that_looking_at_all_is_to_show_new_ones_too(batches: BatchRange) -> None:
    batches.look_at(300, 500)
    batches.look_at(-5000, 5000)
    assert (batches.first, batches.last) == pytest.approx((1 - 9.99, 1000 + 9.99))
    batches.grow(1500, from_zero=False, columns=500)
    assert batches.first < 1
    assert batches.last > 1500


@pytest.mark.parametrize(("first", "last"), [(-500, -300), (2000, 2200)])
def test_that_no_stretch_lies_beyond_the_batches(
    batches: BatchRange, first: float, last: float
) -> None:
    batches.look_at(first, last)
    assert batches.last - batches.first == pytest.approx(200)
    assert batches.first > -10
    assert batches.last < 1010


def test_that_zooming_keeps_its_centre_and_ends_at_a_few_batches(batches: BatchRange) -> None:
    batches.zoom(0.5, around=None)
    assert (batches.first + batches.last) / 2 == pytest.approx(500.5)
    assert batches.last - batches.first == pytest.approx(1018.98 / 2)
    share = (300 - batches.first) / (batches.last - batches.first)
    batches.zoom(0.8, around=300)
    assert (300 - batches.first) / (batches.last - batches.first) == pytest.approx(share)
    for _ in range(50):
        batches.zoom(0.5, around=300)
    assert batches.last - batches.first == 8


@pytest.mark.parametrize("at", [-10, 1010])
def test_that_the_closest_zoom_at_an_edge_shows_batches_and_not_the_margin(
    batches: BatchRange, at: float
) -> None:
    for _ in range(60):
        width = 0.8 * (batches.last - batches.first)
        batches.look_at(at - width / 2, at + width / 2)
    assert batches.last - batches.first == pytest.approx(8)
    assert batches.first <= 997
    assert batches.last >= 4
