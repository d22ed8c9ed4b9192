import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bpviz.views.switch import Switch
from bpviz.views.theme import DARK, LIGHT, Theme


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A button and a switch."""
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(QPushButton())
    layout.addWidget(Switch("Show it"))
    with qtbot.waitExposed(window):
        window.show()
        window.activateWindow()
    return window


@pytest.fixture
def switch(window: QWidget) -> Switch:
    switch = window.findChild(Switch)
    assert isinstance(switch, Switch)
    return switch


def test_that_mouse_and_space_bar_turn_it(switch: Switch) -> None:
    states: list[bool] = []
    switch.toggled.connect(states.append)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert states == [True, False]


def test_that_it_shows_its_keyboard_focus(qtbot: QtBot, window: QWidget, switch: Switch) -> None:
    other = window.findChild(QPushButton)
    assert isinstance(other, QPushButton)
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    without = switch.grab().toImage()
    switch.setFocus()
    qtbot.waitUntil(switch.hasFocus)
    assert switch.grab().toImage() != without


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_that_it_is_colored_while_it_is_on(switch: Switch, theme: Theme) -> None:
    def most_colored() -> int:
        image = switch.grab().toImage()
        row = image.height() // 2
        colors = (image.pixelColor(x, row) for x in range(image.width()))
        return max(color.red() - color.green() for color in colors)

    switch.set_theme(theme)
    assert most_colored() < 20
    switch.setChecked(True)
    assert most_colored() > 60
