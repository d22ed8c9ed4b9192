import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from bpviz.views.prediction import Prediction
from bpviz.views.theme import DARK, LIGHT

ONE = np.array([0.001, 0.94, 0.023, 0.008, 0.0, 0.002, 0.0, 0.001, 0.023, 0.002])


@pytest.fixture
def view(qtbot: QtBot) -> Prediction:
    view = Prediction()
    qtbot.addWidget(view)
    view.resize(216, 236)  # rows of 20
    view.show()
    return view


def filled_px(view: Prediction, row: int, color: str) -> int:
    image = view.grab().toImage()
    line = (QPoint(x, 20 * row + 10) * image.devicePixelRatio() for x in range(20, 165))
    return sum(image.pixelColor(at) == QColor(color) for at in line)


def test_that_nothing_to_read_shows_dashes_and_empty_bars(view: Prediction) -> None:
    assert [view.text_of(row) for row in range(10)] == ["–"] * 10
    assert filled_px(view, 1, DARK.text) == filled_px(view, 1, DARK.muted) == 0
    assert filled_px(view, 1, DARK.line) > 100
    assert view.accessibleDescription() == "nothing to read yet"


def test_that_probabilities_are_percent_with_one_decimal(view: Prediction) -> None:
    view.show_probabilities(ONE)
    expected = ["0.1", "94.0", "2.3", "0.8", "0.0", "0.2", "0.0", "0.1", "2.3", "0.2"]
    assert [view.text_of(row) for row in range(10)] == expected
    assert view.accessibleDescription() == "most likely 1, 94.0 %"


def test_that_bars_are_as_long_as_the_probabilities_and_only_the_largest_stands_out(
    view: Prediction,
) -> None:
    view.set_theme(LIGHT)
    view.show_probabilities(np.array([0.6, 0.3, 0.1] + [0.0] * 7))
    track = filled_px(view, 9, LIGHT.line)
    assert filled_px(view, 0, LIGHT.text) == pytest.approx(0.6 * track, abs=3)
    assert filled_px(view, 1, LIGHT.muted) == pytest.approx(0.3 * track, abs=3)
    assert filled_px(view, 1, LIGHT.text) == 0


def test_that_none_empties_the_bars_again(view: Prediction) -> None:
    blank = view.grab().toImage()
    view.show_probabilities(ONE)
    assert view.grab().toImage() != blank
    view.show_probabilities(None)
    assert view.grab().toImage() == blank


def test_that_equal_probabilities_have_no_winner(view: Prediction) -> None:
    view.show_probabilities(np.full(10, 0.1))
    assert filled_px(view, 0, DARK.text) == 0
    assert view.accessibleDescription() == "no class is more likely than all others"


def test_that_what_is_not_finite_says_nan_and_leaves_the_others_readable(view: Prediction) -> None:
    p = ONE.copy()
    p[0], p[4] = np.nan, np.inf
    view.show_probabilities(p)
    assert [view.text_of(row) for row in (0, 1, 4)] == ["NaN", "94.0", "NaN"]
    assert view.accessibleDescription() == "most likely 1, 94.0 %"
    view.show_probabilities(np.full(10, np.nan))
    assert {view.text_of(row) for row in range(10)} == {"NaN"}
    assert filled_px(view, 0, DARK.muted) == filled_px(view, 0, DARK.text) == 0
    view.grab()


def test_that_what_is_shown_is_a_copy(view: Prediction) -> None:
    p = ONE.copy()
    view.show_probabilities(p)
    p[:] = 0
    assert view.text_of(1) == "94.0"


def test_that_a_note_comes_and_goes_without_moving_the_bars(view: Prediction) -> None:
    view.show_probabilities(ONE)
    before, hints = view.grab().toImage(), (view.sizeHint(), view.minimumSizeHint())
    view.set_note("Untrained: these are guesses at random weights.")
    after = view.grab().toImage()
    assert view.note().startswith("Untrained")
    assert (view.sizeHint(), view.minimumSizeHint()) == hints
    end_of_bars = round(200 * before.devicePixelRatio())
    bars, below = QRect(before.rect()), QRect(before.rect())
    bars.setHeight(end_of_bars)
    below.setTop(end_of_bars)
    assert before.copy(bars) == after.copy(bars)
    assert before.copy(below) != after.copy(below)
    view.set_note("")
    assert view.grab().toImage() == before


def test_that_other_classes_can_be_named(view: Prediction) -> None:
    view.set_labels(["benign", "malignant"])
    view.show_probabilities(np.array([0.25, 0.75]))
    assert view.accessibleDescription() == "most likely malignant, 75.0 %"
    assert not view.grab().isNull()


@pytest.mark.parametrize("count", [1, 21])
def test_that_too_few_or_too_many_classes_are_refused(view: Prediction, count: int) -> None:
    with pytest.raises(ValueError, match="2 to 20"):
        view.set_labels(["a"] * count)


def test_that_probabilities_of_other_classes_are_refused(view: Prediction) -> None:
    with pytest.raises(ValueError, match="10 probabilities"):
        view.show_probabilities(np.ones(3))
