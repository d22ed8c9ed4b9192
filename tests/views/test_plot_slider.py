import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bpviz.views.plot_slider import HANDLE_PX, PlotSlider

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slider(qtbot: QtBot) -> PlotSlider:
    window = QWidget()
    qtbot.addWidget(window)
    slider = PlotSlider("ruler")
    slider.setRange(0, 40)
    window.setFixedSize(300, 40)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addLayout(slider.below(56, 12))
    window.show()
    slider.window().activateWindow()
    slider.window_kept_alive = window  # type: ignore[attr-defined]
    return slider


def test_that_the_handle_goes_from_end_to_end_of_the_axis_above(slider: PlotSlider) -> None:
    assert slider.x() + slider.x_of(0) == 56
    assert slider.x() + slider.x_of(40) == 300 - 12
    assert slider.width() == 300 - 56 - 12 + HANDLE_PX


def test_that_it_goes_where_it_is_pressed_and_follows_the_mouse(slider: PlotSlider) -> None:
    for position in (3, 30):
        at = QPoint(round(slider.x_of(position)), slider.height() // 2)
        QTest.mousePress(slider, LEFT, pos=at)
        assert slider.value() == position
        QTest.mouseMove(slider, QPoint(round(slider.x_of(20)), at.y()))
        assert slider.value() == 20
        QTest.mouseRelease(slider, LEFT, pos=at)
        QTest.mouseMove(slider, at)
        assert slider.value() == 20


def test_that_grasping_the_handle_beside_its_middle_does_not_move_it(slider: PlotSlider) -> None:
    slider.setValue(20)
    at = QPoint(round(slider.x_of(20)) + 6, slider.height() // 2)
    QTest.mousePress(slider, LEFT, pos=at)
    assert slider.value() == 20
    QTest.mouseRelease(slider, LEFT, pos=at)


def test_that_letting_go_is_told_once(slider: PlotSlider, qtbot: QtBot) -> None:
    heard: list[bool] = []
    slider.sliderReleased.connect(lambda: heard.append(True))
    QTest.mouseClick(slider, LEFT)
    assert heard == [True]


def test_that_the_wheel_is_left_to_what_it_stands_in(slider: PlotSlider) -> None:
    slider.setValue(20)
    middle = QPointF(slider.rect().center())
    event = QWheelEvent(
        middle,
        middle,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)
    assert slider.value() == 20


def test_that_arrow_keys_are_its_own_where_the_window_has_them_as_shortcuts(
    slider: PlotSlider, qtbot: QtBot
) -> None:
    taken: list[bool] = []
    action = QAction(slider.window())
    action.setShortcut(QKeySequence(Qt.Key.Key_Right))
    action.triggered.connect(lambda: taken.append(True))
    slider.window().addAction(action)
    qtbot.waitActive(slider.window())
    slider.setValue(20)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 21
    assert taken == []
    slider.clearFocus()
    QTest.keyClick(slider.window(), Qt.Key.Key_Right)
    assert taken == [True]
