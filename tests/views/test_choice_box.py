import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.views.choice_box import ChoiceBox


@pytest.fixture
def box(qtbot: QtBot) -> ChoiceBox:
    box = ChoiceBox("size", "Size", "How large (Z)", [("s", "Small"), ("l", "Large")])
    qtbot.addWidget(box)
    box.show()
    return box


def test_that_the_first_is_chosen_at_first(box: ChoiceBox) -> None:
    assert box.choice == "s"
    assert (box.objectName(), box.accessibleName()) == ("size", "Size")


def test_that_another_choice_is_told_by_key_and_once(box: ChoiceBox) -> None:
    heard: list[str] = []
    box.chosen.connect(heard.append)
    QTest.keyClick(box, Qt.Key.Key_Down)
    box.choose("l")
    assert box.choice == "l"
    box.choose("s")
    assert heard == ["l", "s"]
    assert box.currentText() == "Small"
