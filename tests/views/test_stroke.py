import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from bpviz.views.ink_history import INK_PX
from bpviz.views.stroke import Stroke

PAPER = np.zeros((INK_PX, INK_PX), np.uint8)
INK = np.full_like(PAPER, 255)


def drawn(
    *points: tuple[float, float], onto: NDArray[np.uint8] = PAPER, erases: bool = False
) -> NDArray[np.uint8]:
    stroke = Stroke(onto, QPointF(*points[0]), erases)
    for point in points:
        ink = stroke.extend(QPointF(*point))
    return ink


def test_that_a_dot_is_round_and_as_wide_as_the_pen() -> None:
    ink = drawn((100, 140))
    assert ink.sum() / 255 == pytest.approx(np.pi * 10**2, rel=0.02)
    rows, cols = np.nonzero(ink > 127)
    assert (rows.mean(), cols.mean()) == pytest.approx((140, 100), abs=1)
    assert np.ptp(rows) == pytest.approx(20, abs=1)


def test_that_the_eraser_takes_away_as_widely_as_it_is() -> None:
    gone = 255 - drawn((100, 140), onto=INK, erases=True)
    assert gone.sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.02)


def test_that_a_line_has_no_gaps() -> None:
    assert (drawn((20, 140), (260, 140))[140, 20:260] == 255).all()


def test_that_a_slow_stroke_is_as_soft_at_its_edge_as_a_fast_one() -> None:
    fast = drawn((50, 60), (200, 210))
    slow = drawn(*((50 + i, 60 + i) for i in range(151)))
    assert ((fast > 0) & (fast < 255)).sum() > 200
    assert np.abs(fast.astype(int) - slow).max() <= 12


def test_that_what_it_is_drawn_onto_shines_through_and_is_not_written_to() -> None:
    before = np.full_like(PAPER, 100)
    ink = drawn((100, 140), onto=before)
    assert ink[140, 100] == 255
    assert ink[0, 0] == 100
    assert drawn((100, 140), onto=before, erases=True)[140, 100] == 0
    assert (before == 100).all()
