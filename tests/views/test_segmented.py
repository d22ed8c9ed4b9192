import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.views.segmented import Segmented

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def switch(qtbot: QtBot) -> Segmented:
    switch = Segmented(
        "speed_of", [("a", "Ape", "Slow (1)"), ("b", "Bat", "Fast (2)"), ("c", "Cat", "Both (3)")]
    )
    qtbot.addWidget(switch)
    switch.show()
    return switch


def test_that_the_first_is_chosen_at_first(switch: Segmented) -> None:
    assert switch.choice == "a"


def test_that_a_click_chooses_and_says_so_once(qtbot: QtBot, switch: Segmented) -> None:
    with qtbot.waitSignals([switch.chosen], check_params_cbs=[lambda key: key == "b"]):
        QTest.mouseClick(switch.buttons["b"], LEFT)
    assert switch.choice == "b"
    heard: list[str] = []
    switch.chosen.connect(heard.append)
    QTest.mouseClick(switch.buttons["b"], LEFT)
    assert heard == []
    assert switch.choice == "b"
    QTest.mouseClick(switch.buttons["c"], LEFT)
    assert heard == ["c"]


def test_that_exactly_one_is_chosen(switch: Segmented) -> None:
    for key in ("c", "a", "b"):
        QTest.mouseClick(switch.buttons[key], LEFT)
        assert [k for k, button in switch.buttons.items() if button.isChecked()] == [key]


def test_that_the_keyboard_chooses_too(switch: Segmented) -> None:
    switch.buttons["b"].setFocus()
    QTest.keyClick(switch.buttons["b"], Qt.Key.Key_Space)
    assert switch.choice == "b"


def test_that_choosing_by_key_says_so_only_when_it_changes(switch: Segmented) -> None:
    heard: list[str] = []
    switch.chosen.connect(heard.append)
    switch.choose("c")
    switch.choose("c")
    assert switch.choice == "c"
    assert heard == ["c"]


def test_that_all_parts_have_names_and_tool_tips(switch: Segmented) -> None:
    assert switch.objectName() == "speed_of"
    assert [b.objectName() for b in switch.buttons.values()] == [
        "speed_of_a",
        "speed_of_b",
        "speed_of_c",
    ]
    assert [b.accessibleName() for b in switch.buttons.values()] == ["Ape", "Bat", "Cat"]
    assert switch.buttons["b"].toolTip() == "Fast (2)"
