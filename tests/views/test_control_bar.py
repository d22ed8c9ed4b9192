import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSlider, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from bpviz.views.control_bar import SPEEDS, ControlBar
from bpviz.views.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> ControlBar:
    bar = ControlBar()
    qtbot.addWidget(bar)
    bar.set_theme(DARK)
    bar.resize(1280, 48)
    bar.show()
    return bar


def trainers(bar: ControlBar) -> list[QPushButton]:
    return [bar.play, bar.next_batch, bar.next_epoch, bar.reset, bar.new_seed]


def test_that_speed_is_unlimited_at_first(bar: ControlBar) -> None:
    assert SPEEDS[bar.speed.value()] == math.inf
    assert bar.speed_label.text() == "unlimited"


def test_that_keys_go_through_all_speeds_down_to_one_batch_a_second(bar: ControlBar) -> None:
    heard: list[float] = []
    bar.speed_changed.connect(heard.append)
    labels = []
    for _ in SPEEDS:
        QTest.keyClick(bar.speed, Qt.Key.Key_Left)
        labels.append(bar.speed_label.text())
    assert heard == [*reversed(SPEEDS[:-1])]
    assert labels[0] == "3,000 / s"
    assert labels[-1] == "1 / s"
    QTest.keyClick(bar.speed, Qt.Key.Key_End)
    assert heard[-1] == math.inf
    assert bar.speed_label.text() == "unlimited"


def test_that_a_click_beside_the_handle_is_one_step(bar: ControlBar) -> None:
    heard: list[float] = []
    bar.speed_changed.connect(heard.append)
    QTest.mouseClick(bar.speed, LEFT, pos=QPoint(8, bar.speed.height() // 2))
    assert heard == [3000]


def test_that_speeds_rise() -> None:
    assert list(SPEEDS) == sorted(SPEEDS)
    assert SPEEDS[0] == 1


def test_that_nothing_can_be_trained_before_it_is_ready(qtbot: QtBot, bar: ControlBar) -> None:
    for button in trainers(bar):
        with qtbot.assertNotEmitted(button.clicked):
            QTest.mouseClick(button, LEFT)
        bar.set_ready(True)
        with qtbot.waitSignal(button.clicked):
            QTest.mouseClick(button, LEFT)
        bar.set_ready(False)


def test_that_settings_and_menu_can_be_opened_at_any_time(bar: ControlBar) -> None:
    assert bar.settings.isEnabled()
    assert bar.menu.isEnabled()
    assert bar.speed.isEnabled()


def test_that_play_says_what_it_will_do(bar: ControlBar) -> None:
    assert bar.play.text() == "Play"
    width, play_icon = bar.play.width(), bar.play.icon().cacheKey()
    bar.set_playing(True)
    bar.grab()
    assert bar.play.text() == bar.play.accessibleName() == "Pause"
    assert bar.play.icon().cacheKey() != play_icon
    assert bar.play.width() == width, "the buttons beside it must not jump"
    bar.set_playing(False)
    assert bar.play.text() == bar.play.accessibleName() == "Play"


def test_that_another_theme_keeps_what_play_says(bar: ControlBar) -> None:
    bar.set_playing(True)
    bar.set_theme(LIGHT)
    assert bar.play.text() == "Pause"
    for button in [*trainers(bar), bar.menu]:
        assert not button.icon().isNull()


def test_that_the_summary_is_on_the_settings_button(bar: ControlBar) -> None:
    bar.show_summary("784 · 16 · 10  ReLU  SGD 0.1")
    assert bar.settings.text() == "784 · 16 · 10  ReLU  SGD 0.1  ▾"
    assert bar.settings.accessibleName() == "Settings"


def test_that_a_long_summary_is_elided_in_the_middle_and_kept_for_screen_readers(
    bar: ControlBar,
) -> None:
    summary = "784" + " · 1024" * 12 + " · 10  leaky ReLU  Nesterov momentum 0.001"
    bar.show_summary(summary)
    text = bar.settings.text()
    assert "…" in text
    assert text.startswith("784 · 1024")
    assert text.endswith("0.001  ▾")
    assert bar.settings.fontMetrics().horizontalAdvance(text) < 340
    assert bar.settings.accessibleDescription() == summary
    bar.grab()
    assert bar.sizeHint().width() <= 1280, "fits the smallest window"


def test_that_everything_has_a_name_and_a_tool_tip_with_its_key(bar: ControlBar) -> None:
    controls: list[QWidget] = [
        *bar.findChildren(QPushButton),
        *bar.findChildren(QToolButton),
        *bar.findChildren(QSlider),
    ]
    names = {control.objectName() for control in controls}
    assert names == {
        "play",
        "step_batch",
        "step_epoch",
        "reset",
        "new_seed",
        "settings",
        "menu",
        "speed",
    }
    for control in controls:
        assert control.accessibleName()
        assert "(" in control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{control} needs a mouse"
