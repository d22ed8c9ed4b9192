import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.views.digit_canvas import DigitCanvas
from bpviz.views.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def canvas(qtbot: QtBot) -> DigitCanvas:
    canvas = DigitCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(280, 280)
    canvas.show()
    return canvas


def stroke(canvas: DigitCanvas, *points: tuple[int, int], button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, QPoint(*point))
    QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, QPoint(*points[-1]))


def color_at(canvas: DigitCanvas, x: int, y: int) -> QColor:
    image = canvas.grab().toImage()
    return image.pixelColor(QPoint(x, y) * image.devicePixelRatio())


def test_that_a_new_pad_is_empty_and_has_nothing_to_undo(canvas: DigitCanvas) -> None:
    canvas.undo()
    assert canvas.ink().shape == (280, 280)
    assert canvas.ink().dtype == np.uint8
    assert not canvas.ink().any()


def test_that_a_click_makes_a_round_dot_of_the_pens_width(canvas: DigitCanvas) -> None:
    stroke(canvas, (100, 140))
    ink = canvas.ink()
    assert ink.sum() / 255 == pytest.approx(np.pi * 10**2, rel=0.02)
    rows, cols = np.nonzero(ink > 127)
    assert (rows.mean(), cols.mean()) == pytest.approx((140, 100), abs=1)
    assert np.ptp(rows) == pytest.approx(20, abs=1)


def test_that_a_double_click_makes_dots_too(canvas: DigitCanvas) -> None:
    QTest.mouseDClick(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(100, 140))
    assert canvas.ink()[140, 100] == 255


def test_that_a_fast_stroke_has_no_gaps(canvas: DigitCanvas) -> None:
    stroke(canvas, (20, 140), (260, 140))
    assert (canvas.ink()[140, 20:260] == 255).all()


def test_that_ink_lies_where_the_mouse_was_at_any_size(canvas: DigitCanvas) -> None:
    canvas.resize(200, 140)  # the pad is the square in the middle, 30 from the left
    stroke(canvas, (30 + 70, 35))
    rows, cols = np.nonzero(canvas.ink() > 127)
    assert (rows.mean(), cols.mean()) == pytest.approx((70, 140), abs=1)


def test_that_every_move_which_adds_ink_is_reported_while_the_button_is_down(
    canvas: DigitCanvas,
) -> None:
    seen: list[int] = []
    canvas.ink_changed.connect(lambda: seen.append(int(canvas.ink().sum())))
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))
    for x in (60, 80, 100):
        QTest.mouseMove(canvas, QPoint(x, 40))
    assert len(seen) == 4
    assert seen == sorted(set(seen))
    QTest.mouseMove(canvas, QPoint(70, 40))  # over its own ink
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(70, 40))
    assert len(seen) == 4


def test_that_moving_without_a_button_draws_nothing(canvas: DigitCanvas) -> None:
    QTest.mouseMove(canvas, QPoint(40, 40))
    QTest.mouseMove(canvas, QPoint(90, 90))
    assert not canvas.ink().any()


def test_that_the_eraser_and_the_right_button_take_ink_away(canvas: DigitCanvas) -> None:
    stroke(canvas, (20, 140), (260, 140))
    stroke(canvas, (60, 140), button=RIGHT)
    assert canvas.ink()[140, 60] == 0
    canvas.set_tool("eraser")
    stroke(canvas, (200, 140))
    assert canvas.ink()[140, 200] == 0
    assert canvas.ink()[140, 130] == 255
    canvas.set_tool("pen")
    stroke(canvas, (200, 140))
    assert canvas.ink()[140, 200] == 255


def test_that_the_eraser_shows_its_size_as_a_ring(canvas: DigitCanvas) -> None:
    canvas.set_theme(DARK)
    canvas.set_tool("eraser")
    QTest.mouseMove(canvas, QPoint(100, 60))
    reds = [color_at(canvas, x, 60).red() for x in range(100, 140)]
    assert 18 <= int(np.argmax(reds)) <= 21
    assert canvas.cursor().shape() == Qt.CursorShape.BlankCursor
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert color_at(canvas, 120, 60) == QColor(DARK.paper)


def test_that_each_stroke_clear_and_set_ink_is_one_step_for_undo(canvas: DigitCanvas) -> None:
    states = [canvas.ink()]
    stroke(canvas, (40, 40), (90, 40), (90, 200))
    states.append(canvas.ink())
    canvas.clear()
    states.append(canvas.ink())
    canvas.set_ink(np.full((280, 280), 9, np.uint8))
    states.append(canvas.ink())
    stroke(canvas, (60, 140), button=RIGHT)
    for state in reversed(states):
        canvas.undo()
        assert np.array_equal(canvas.ink(), state)


def test_that_what_changes_nothing_is_no_step_for_undo(qtbot: QtBot, canvas: DigitCanvas) -> None:
    with qtbot.assertNotEmitted(canvas.undo_available_changed):
        canvas.clear()
        stroke(canvas, (60, 140), button=RIGHT)
        stroke(canvas, (-200, 140), (-100, 100))


def test_that_it_tells_when_there_is_something_to_undo(canvas: DigitCanvas) -> None:
    told: list[bool] = []
    canvas.undo_available_changed.connect(told.append)
    stroke(canvas, (40, 40))
    stroke(canvas, (90, 90))
    canvas.undo()
    assert told == [True]
    canvas.undo()
    assert told == [True, False]


def test_that_undo_in_mid_stroke_takes_back_just_this_stroke_and_ends_it(
    canvas: DigitCanvas,
) -> None:
    stroke(canvas, (40, 40))
    before = canvas.ink()
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(150, 100))
    canvas.undo()
    assert np.array_equal(canvas.ink(), before)
    QTest.mouseMove(canvas, QPoint(200, 100))
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(200, 100))
    assert np.array_equal(canvas.ink(), before)


def test_that_clear_in_mid_stroke_ends_the_stroke_and_can_be_undone(canvas: DigitCanvas) -> None:
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(150, 100))
    drawn = canvas.ink()
    canvas.clear()
    QTest.mouseMove(canvas, QPoint(200, 100))
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(200, 100))
    assert not canvas.ink().any()
    canvas.undo()
    assert np.array_equal(canvas.ink(), drawn)
    canvas.undo()
    assert not canvas.ink().any()


def test_that_a_stroke_leaves_the_pad_and_comes_back(canvas: DigitCanvas) -> None:
    stroke(canvas, (140, 140), (140, -4000), (5000, 140), (140, 140))
    assert canvas.ink()[0, 140] == 255
    assert canvas.ink()[140, 279] == 255
    assert canvas.ink()[200, 60] == 0


def test_that_a_release_which_went_elsewhere_ends_the_stroke(canvas: DigitCanvas) -> None:
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))
    drawn = canvas.ink()
    at = QPointF(200, 200)
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, move)
    assert np.array_equal(canvas.ink(), drawn)
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))


def test_that_the_other_button_does_not_disturb_a_stroke(canvas: DigitCanvas) -> None:
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 140))
    both = LEFT | RIGHT
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        at = QPointF(40, 140)
        buttons = both if kind == QEvent.Type.MouseButtonPress else LEFT
        event = QMouseEvent(kind, at, at, RIGHT, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas, event)
    QTest.mouseMove(canvas, QPoint(200, 140))
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(200, 140))
    assert (canvas.ink()[140, 40:200] == 255).all()


def test_that_hiding_the_pad_ends_the_stroke(canvas: DigitCanvas) -> None:
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(40, 40))
    canvas.hide()
    canvas.show()
    drawn = canvas.ink()
    QTest.mouseMove(canvas, QPoint(200, 140))
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(200, 140))
    assert np.array_equal(canvas.ink(), drawn)


def test_that_a_new_size_or_theme_keeps_the_ink_and_its_undo(canvas: DigitCanvas) -> None:
    stroke(canvas, (40, 40), (90, 200))
    drawn = canvas.ink()
    canvas.resize(150, 150)
    canvas.set_theme(LIGHT)
    canvas.grab()
    assert np.array_equal(canvas.ink(), drawn)
    canvas.undo()
    assert not canvas.ink().any()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_it_is_painted_in_the_themes_paper_and_ink(canvas: DigitCanvas, theme: object) -> None:
    chosen = DARK if theme is DARK else LIGHT
    canvas.set_theme(chosen)
    stroke(canvas, (140, 140))
    assert color_at(canvas, 140, 140) == QColor(chosen.ink)
    assert color_at(canvas, 60, 60) == QColor(chosen.paper)


def test_that_an_empty_pad_invites_and_a_used_one_does_not(canvas: DigitCanvas) -> None:
    def words() -> int:
        return sum(color_at(canvas, x, 140).red() > 60 for x in range(80, 200))

    assert words()
    stroke(canvas, (30, 30))
    assert not words()
    canvas.clear()
    assert words()


def test_that_ink_given_and_taken_is_copied(canvas: DigitCanvas) -> None:
    given = np.full((280, 280), 7, np.uint8)
    canvas.set_ink(given)
    given[:] = 200
    canvas.ink()[:] = 100
    assert (canvas.ink() == 7).all()


@pytest.mark.parametrize("ink", [np.zeros((28, 28), np.uint8), np.zeros((280, 280), np.float32)])
def test_that_ink_of_another_shape_or_type_is_refused(
    canvas: DigitCanvas, ink: np.ndarray[tuple[int, int], np.dtype[np.uint8]]
) -> None:
    with pytest.raises(ValueError, match=r"ink is \(280, 280\) uint8"):
        canvas.set_ink(ink)
