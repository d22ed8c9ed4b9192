import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from bpviz.views.pixel_picture import PixelPicture
from bpviz.views.teach_panel import TeachPanel
from bpviz.views.theme import LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> TeachPanel:
    panel = TeachPanel(PixelPicture())
    qtbot.addWidget(panel)
    panel.resize(256, 110)
    panel.show()
    return panel


def test_that_a_digit_typed_is_the_label(panel: TeachPanel) -> None:
    heard: list[object] = []
    panel.label_changed.connect(heard.append)
    assert panel.label is None
    panel.lesson_label.setFocus()
    QTest.keyClick(panel.lesson_label, Qt.Key.Key_7)
    assert panel.label == 7
    QTest.keyClick(panel.lesson_label, Qt.Key.Key_Home)
    assert panel.label is None
    QTest.keyClick(panel.lesson_label, Qt.Key.Key_Down)
    assert heard == [7, None, 0]


def test_that_a_label_that_is_set_is_not_told_as_a_wish(qtbot: QtBot, panel: TeachPanel) -> None:
    with qtbot.assertNotEmitted(panel.label_changed):
        panel.set_label(3)
        assert panel.label == 3
        assert panel.lesson_label.currentText() == "3"
        panel.set_label(None)
        assert panel.label is None


def test_that_lessons_wait_for_ink_and_a_label_and_say_so(qtbot: QtBot, panel: TeachPanel) -> None:
    for button, signal in (
        (panel.walk, panel.walk_requested),
        (panel.learn, panel.learn_requested),
    ):
        panel.set_has_ink(False)
        panel.set_label(None)
        assert panel.words() == "Draw a digit first"
        assert button.toolTip().startswith("Draw a digit first (Ctrl+")
        panel.set_has_ink(True)
        assert panel.words() == "Say which digit it is"
        assert button.toolTip().startswith("Say which digit it is (Ctrl+")
        with qtbot.assertNotEmitted(signal):
            QTest.mouseClick(button, LEFT)
        QTest.keyClick(panel.lesson_label, Qt.Key.Key_End)
        assert panel.words() == ""
        assert not button.toolTip().startswith(("Draw a digit first", "Say which digit it is"))
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, LEFT)
        panel.set_has_ink(False)
        with qtbot.assertNotEmitted(signal):
            QTest.mouseClick(button, LEFT)


def test_that_undo_is_dim_while_there_is_no_lesson_to_take_back(
    qtbot: QtBot, panel: TeachPanel
) -> None:
    with qtbot.assertNotEmitted(panel.undo_requested):
        QTest.mouseClick(panel.undo, LEFT)
    panel.set_can_undo(True)
    with qtbot.waitSignal(panel.undo_requested):
        QTest.mouseClick(panel.undo, LEFT)
    panel.set_can_undo(False)
    assert not panel.undo.isEnabled()


@pytest.mark.parametrize(
    ("before", "after", "percent", "words"),
    [
        (0.123, 0.389, True, "7: 12.3 % → 38.9 %"),
        (0.123, None, True, "7: 12.3 %"),
        (0.123, 0.389, False, "7: 0.12 → 0.39"),
        (0.123, np.nan, True, "7: 12.3 % → NaN"),
    ],
)
def test_that_the_probability_before_and_after_is_said(
    panel: TeachPanel, before: float, after: float | None, percent: bool, words: str
) -> None:
    panel.set_has_ink(True)
    panel.set_label(7)
    panel.show_lesson("7", before, after, percent)
    assert panel.words() == words
    panel.show_lesson("7", None, None, percent)
    assert panel.words() == ""


def test_that_the_wish_is_shown_and_taken_away(panel: TeachPanel) -> None:
    values = np.linspace(-1, 1, 784, dtype=np.float32)
    before = panel.wish.grab().toImage()
    panel.show_wish(values)
    shown = panel.wish.values()
    assert shown is not None
    assert np.array_equal(shown.ravel(), values)
    assert panel.wish.grab().toImage() != before
    panel.show_wish(None)
    assert panel.wish.values() is None
    assert panel.wish.grab().toImage() == before


def test_that_words_of_any_length_move_nothing(panel: TeachPanel) -> None:
    def places() -> list[object]:
        panel.grab()
        return [child.geometry() for child in panel.findChildren(QWidget) if child.isVisible()]

    before, least = places(), panel.minimumSizeHint()
    panel.show_lesson("7", 1.0, 1.0, percent=True)
    assert places() == before
    assert panel.minimumSizeHint() == least


def test_that_the_theme_reaches_the_wish(panel: TeachPanel) -> None:
    panel.show_wish(np.linspace(-1, 1, 784))
    before = panel.wish.grab().toImage()
    panel.set_theme(LIGHT)
    assert panel.wish.grab().toImage() != before


def test_that_each_control_has_a_name_and_a_tool_tip(panel: TeachPanel) -> None:
    panel.set_has_ink(True)
    panel.set_label(1)
    for name in ("wish", "lesson_label", "walk_lesson", "learn_once", "undo_lesson"):
        control = panel.findChild(QWidget, name)
        assert isinstance(control, QWidget), name
        assert control.accessibleName()
        assert control.toolTip()
        if isinstance(control, QAbstractButton):
            assert control.text() == control.accessibleName()
    assert "(Ctrl+Shift+Z)" in panel.undo.toolTip()
    assert "→" in panel.walk.toolTip()
