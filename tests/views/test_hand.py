from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from bpviz.views.hand import CLICK_PX, Hand

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def event(x: float, y: float, button: Qt.MouseButton = LEFT) -> QMouseEvent:
    at = QPointF(x, y)
    kind, no_keys = QEvent.Type.MouseButtonPress, Qt.KeyboardModifier.NoModifier
    return QMouseEvent(kind, at, at, button, button, no_keys)


def test_that_a_press_that_hardly_moves_is_a_click_where_it_began() -> None:
    hand = Hand()
    hand.press(event(10, 20))
    assert hand.move(event(10 + CLICK_PX, 20)) is None
    assert hand.release(event(10 + CLICK_PX, 20)) == QPointF(10, 20)


def test_that_a_drag_loses_no_pixel_and_is_no_click() -> None:
    hand = Hand()
    hand.press(event(10, 20))
    moves = [hand.move(event(*at)) for at in ((12, 20), (17, 20), (18, 20), (10, 25))]
    assert moves == [None, QPointF(7, 0), QPointF(1, 0), QPointF(-8, 5)]
    assert hand.release(event(10, 20)) is None
    assert hand.move(event(90, 90)) is None
    assert hand.at == QPointF(90, 90)


def test_that_only_the_left_button_takes_hold_and_lets_go() -> None:
    hand = Hand()
    hand.press(event(10, 20, RIGHT))
    assert hand.move(event(50, 20)) is None
    assert hand.release(event(50, 20, RIGHT)) is None
    hand.press(event(10, 20))
    assert hand.release(event(10, 20, RIGHT)) is None
    assert hand.move(event(30, 20)) == QPointF(20, 0)


def test_that_a_release_without_a_press_is_no_click() -> None:
    assert Hand().release(event(10, 20)) is None
