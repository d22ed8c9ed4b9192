from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from bpviz.app.style import apply_theme, load_font
from bpviz.views.draw_panel import DrawPanel
from bpviz.views.theme import DARK, LIGHT

# What Qt says of windows when there is no screen.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Give the controls the program's font and style, on which their widths depend."""
    before = qapp.font(), qapp.palette(), qapp.styleSheet(), qapp.style().name()
    qapp.setStyle("Fusion")
    load_font(qapp)
    apply_theme(qapp, DARK)
    yield
    font, palette, sheet, style = before
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.fixture
def panel(qtbot: QtBot) -> DrawPanel:
    panel = DrawPanel()
    qtbot.addWidget(panel)
    panel.resize(276, 640)
    panel.show()
    return panel


def draw(panel: DrawPanel) -> None:
    QTest.mousePress(panel.canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(60, 60))
    QTest.mouseMove(panel.canvas, QPoint(120, 150))
    QTest.mouseRelease(panel.canvas, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(120, 150))


def captions(panel: DrawPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel)]


def choose(panel: DrawPanel, text: str) -> None:
    """Open the menu with the keyboard and choose an entry with the mouse."""
    panel.example_menu.setFocus()
    QTest.keyClick(panel.example_menu, Qt.Key.Key_Space)
    menu = panel.findChild(QMenu, "example_choices")
    assert isinstance(menu, QMenu)
    assert menu.isVisible()
    action = next(action for action in menu.actions() if action.text() == text)
    QTest.mouseClick(
        menu, LEFT, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(action).center()
    )


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("size", [(276, 590), (276, 640), (300, 640), (276, 840)])
def test_that_everything_fits_without_overlap(qtbot: QtBot, size: tuple[int, int]) -> None:
    panel = DrawPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.resize(*size)
    panel.show_example_caption("test picture 4,321, a 7, and more words than there is room for")
    panel.grab()
    assert (panel.width(), panel.height()) == size
    visible = [child for child in panel.children() if isinstance(child, QWidget)]
    rects = [child.geometry() for child in visible if child.isVisible()]
    assert len(rects) >= 11
    for i, rect in enumerate(rects):
        assert QRect(0, 0, *size).contains(rect)
        assert not any(rect.intersects(other) for other in rects[:i])
    assert min(panel.canvas.width(), panel.canvas.height()) >= 170
    assert panel.prediction.height() >= panel.prediction.minimumSizeHint().height()


def test_that_the_wish_stands_beside_what_the_network_sees(panel: DrawPanel) -> None:
    panel.grab()
    seen, wish = (
        QRect(view.mapTo(panel, QPoint()), view.size())
        for view in (panel.seen_as, panel.teach.wish)
    )
    assert seen.size() == wish.size()
    assert seen.top() == wish.top()
    assert seen.right() < wish.left()


def test_that_drawing_is_told_at_each_move_and_can_be_read(panel: DrawPanel) -> None:
    sums: list[int] = []
    panel.ink_changed.connect(lambda: sums.append(int(panel.ink().sum())))
    draw(panel)
    assert len(sums) == 2
    assert 0 < sums[0] < sums[1] == int(panel.ink().sum())


def test_that_pen_and_eraser_exclude_each_other(panel: DrawPanel) -> None:
    draw(panel)
    drawn = int(panel.ink().sum())
    QTest.mouseClick(panel.eraser, LEFT)
    assert panel.eraser.isChecked()
    assert not panel.pen.isChecked()
    draw(panel)
    assert panel.ink().sum() < drawn / 10
    QTest.mouseClick(panel.pen, LEFT)
    draw(panel)
    assert not panel.eraser.isChecked()
    assert panel.ink().sum() >= drawn


def test_that_clear_and_undo_work_and_undo_is_dim_while_there_is_nothing_to_undo(
    panel: DrawPanel,
) -> None:
    assert not panel.undo.isEnabled()
    draw(panel)
    drawn = panel.ink()
    QTest.mouseClick(panel.clear, LEFT)
    assert not panel.ink().any()
    QTest.mouseClick(panel.undo, LEFT)
    assert np.array_equal(panel.ink(), drawn)
    QTest.mouseClick(panel.undo, LEFT)
    assert not panel.ink().any()
    assert not panel.undo.isEnabled()


def test_that_the_example_button_asks_for_any_picture(qtbot: QtBot, panel: DrawPanel) -> None:
    with qtbot.waitSignal(panel.example_requested) as asked:
        QTest.mouseClick(panel.example, LEFT)
    assert asked.args == [None]


def test_that_the_menu_beside_it_asks_for_a_picture_of_a_digit(
    qtbot: QtBot, panel: DrawPanel
) -> None:
    with qtbot.waitSignal(panel.example_requested) as asked:
        choose(panel, "7")
    assert asked.args == [7]


def test_that_the_menu_asks_for_a_picture_by_its_number_too(qtbot: QtBot, panel: DrawPanel) -> None:
    choose(panel, "Picture number…")
    dialog = panel.findChild(QInputDialog, "example_number")
    assert isinstance(dialog, QInputDialog)
    dialog.setIntValue(4321)
    with (
        qtbot.waitSignal(dialog.destroyed),
        qtbot.waitSignal(panel.example_numbered, check_params_cb=lambda number: number == 4321),
    ):
        QTest.keyClick(dialog, Qt.Key.Key_Return)


def test_that_an_examples_caption_stays_until_the_pad_is_changed(panel: DrawPanel) -> None:
    panel.set_ink(np.full((280, 280), 9, np.uint8))
    panel.show_example_caption("test picture 4,321, a 7")
    assert "test picture 4,321, a 7" in captions(panel)
    draw(panel)
    assert "test picture 4,321, a 7" not in captions(panel)


def test_that_the_switch_tells_its_state_to_mouse_and_keyboard(panel: DrawPanel) -> None:
    states: list[bool] = []
    panel.through_network_toggled.connect(states.append)
    QTest.mouseClick(panel.through_network, LEFT)
    QTest.keyClick(panel.through_network, Qt.Key.Key_Space)
    assert states == [True, False]


def test_that_what_the_network_sees_and_answers_is_shown(panel: DrawPanel) -> None:
    panel.set_theme(LIGHT)
    panel.show_seen(np.full((28, 28), 255, np.uint8))
    assert panel.seen_as.grab().toImage().pixelColor(29, 29) == QColor(LIGHT.ink)
    panel.show_prediction(np.eye(10)[3], "Untrained")
    assert panel.prediction.text_of(3) == "100.0"
    assert panel.prediction.note() == "Untrained"
    panel.show_prediction(None)
    assert panel.prediction.text_of(3) == "–"
    assert panel.prediction.note() == ""


def test_that_each_control_has_its_name_and_a_tool_tip_with_its_shortcut(panel: DrawPanel) -> None:
    for name, shortcut in {
        "pen": "(P)",
        "eraser": "(E)",
        "undo": "(Ctrl+Z)",
        "clear": "(C)",
        "example": "(X)",
        "through_network": "(T)",
    }.items():
        control = panel.findChild(QWidget, name)
        assert isinstance(control, QWidget)
        assert control.accessibleName()
        assert shortcut in control.toolTip()
    for name in ("digit_canvas", "seen_as", "prediction", "example_menu", "teach_panel"):
        assert isinstance(panel.findChild(QWidget, name), QWidget)


def test_that_a_change_of_theme_keeps_the_drawing(panel: DrawPanel) -> None:
    draw(panel)
    drawn = panel.ink()
    before = panel.grab().toImage()
    panel.set_theme(LIGHT)
    assert panel.grab().toImage() != before
    assert np.array_equal(panel.ink(), drawn)
