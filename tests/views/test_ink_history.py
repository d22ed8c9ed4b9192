import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.views.ink_history import INK_PX, UNDO_STEPS, InkHistory


def gray(level: int) -> NDArray[np.uint8]:
    return np.full((INK_PX, INK_PX), level, np.uint8)


def test_that_it_begins_with_paper_and_nothing_to_undo() -> None:
    history = InkHistory()
    assert np.array_equal(history.ink, gray(0))
    assert not history.can_undo
    with pytest.raises(IndexError):
        history.undo()


def test_that_undo_brings_back_every_state_in_turn() -> None:
    history = InkHistory()
    for level in (1, 2, 3):
        assert history.put(gray(level))
    for level in (2, 1, 0):
        assert history.can_undo
        history.undo()
        assert np.array_equal(history.ink, gray(level))
    assert not history.can_undo


def test_that_what_changes_nothing_is_no_step() -> None:
    history = InkHistory()
    assert not history.put(gray(0))
    assert not history.can_undo


def test_that_all_since_a_stroke_began_is_one_step() -> None:
    history = InkHistory()
    history.put(gray(1))
    before = history.ink
    for level in (1, 2, 3):  # its beginning changes nothing
        history.put(gray(level), since=before)
    history.undo()
    assert history.ink is before


def test_that_undo_goes_back_a_bounded_number_of_steps() -> None:
    history = InkHistory()
    for level in range(1, UNDO_STEPS + 11):
        history.put(gray(level))
    for _ in range(UNDO_STEPS):
        history.undo()
    assert not history.can_undo
    assert history.ink[0, 0] == 10
