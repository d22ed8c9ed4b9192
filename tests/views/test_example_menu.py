import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from bpviz.views.example_menu import ExampleMenu


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def menu(window: QWidget) -> ExampleMenu:
    return ExampleMenu(window)


def choose(menu: ExampleMenu, text: str) -> None:
    menu.popup(QPoint(0, 0))
    action = next(action for action in menu.actions() if action.text() == text)
    at = menu.actionGeometry(action).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def number_dialog(window: QWidget) -> QInputDialog:
    dialog = window.findChild(QInputDialog, "example_number")
    assert isinstance(dialog, QInputDialog)
    return dialog


@pytest.mark.parametrize(("text", "digit"), [("Any digit", None), ("0", 0), ("7", 7)])
def test_that_it_asks_for_a_picture_of_a_digit(
    qtbot: QtBot, menu: ExampleMenu, text: str, digit: int | None
) -> None:
    with qtbot.waitSignal(menu.example_requested) as asked:
        choose(menu, text)
    assert asked.args == [digit]


def test_that_a_picture_can_be_asked_for_by_its_number(
    qtbot: QtBot, window: QWidget, menu: ExampleMenu
) -> None:
    with qtbot.assertNotEmitted(menu.example_requested):
        choose(menu, "Picture number…")
    dialog = number_dialog(window)
    assert (dialog.intMinimum(), dialog.intMaximum()) == (0, 9999)
    numbers: list[int] = []
    menu.example_numbered.connect(numbers.append)
    with qtbot.waitSignal(dialog.destroyed):
        number = dialog.findChild(QSpinBox)
        assert isinstance(number, QSpinBox)
        number.selectAll()
        QTest.keyClicks(number, "4321")
        QTest.keyClick(number, Qt.Key.Key_Return)
    assert numbers == [4321]


def test_that_escape_asks_for_no_picture(qtbot: QtBot, window: QWidget, menu: ExampleMenu) -> None:
    choose(menu, "Picture number…")
    dialog = number_dialog(window)
    with qtbot.assertNotEmitted(menu.example_numbered), qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
