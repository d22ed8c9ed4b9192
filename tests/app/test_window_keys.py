"""Every command has keys of its own, and every widget a name and a tip that tells its keys."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QScrollBar,
    QWidget,
)

from bpviz.views.digit_canvas import DigitCanvas
from bpviz.views.loss_plot import LossPlot
from bpviz.views.network_view import NetworkView
from bpviz.views.pixel_picture import PixelPicture
from bpviz.views.prediction import Prediction

from .conftest import Pilot

# Which command does what a button, a slider or a switch does.
COMMANDS = {
    "play": ["Play or pause"],
    "step_batch": ["Next batch"],
    "step_epoch": ["Next epoch"],
    "reset": ["Same start"],
    "new_seed": ["New seed"],
    "speed": ["Slower", "Faster"],
    "settings": ["Settings"],
    "menu": ["Menu"],
    "pen": ["Pen"],
    "eraser": ["Eraser"],
    "undo": ["Undo"],
    "clear": ["Clear"],
    "example": ["Example"],
    "example_menu": ["Choose the example"],
    "through_network": ["Show my drawing in the network"],
    "quantity_gradient": ["Colour by gradient"],
    "quantity_weight": ["Colour by weight"],
    "scale_mode_layer": ["Scale per layer"],
    "scale_mode_network": ["Scale for the whole network"],
    "scale_mode_locked": ["Lock the scale"],
    "zoom_in": ["Zoom in"],
    "zoom_out": ["Zoom out"],
    "fit": ["Fit"],
    "loss_log": ["Logarithmic axis"],
    "digit_canvas": ["Pen", "Eraser"],
}
# A key that is no command of the window but of the panel it is in.
ELSEWHERE = {"restart": "Ctrl+Return"}

ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


def commands(pilot: Pilot) -> list[QAction]:
    """Open the menu and return its commands, those of its submenus included."""

    def of(menu: QMenu) -> list[QAction]:
        entries = []
        for action in menu.actions():
            submenu = action.menu()
            if isinstance(submenu, QMenu):
                entries += of(submenu)
            elif not action.isSeparator():
                entries.append(action)
        return entries

    pilot.press("F10")
    pilot.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    pilot.press("Escape")
    pilot.wait(lambda: not menu.isVisible())
    return of(menu)


def keys(action: QAction) -> str:
    """Return a command's keys as a tool tip writes them."""
    text = action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
    *modifiers, key = text.split("+") if not text.endswith("++") else [*text[:-2].split("+"), "+"]
    return "+".join([*modifiers, ARROWS.get(key, key)])


def test_that_every_command_of_the_menu_has_a_shortcut_that_works_in_the_window(
    pilot: Pilot,
) -> None:
    found = commands(pilot)
    assert len(found) > 35
    for action in found:
        assert not action.shortcut().isEmpty(), action.text()
        assert action in pilot.window.actions(), action.text()


def test_that_no_two_commands_share_a_shortcut(pilot: Pilot) -> None:
    shortcuts = [action.shortcut().toString() for action in pilot.window.actions()]
    assert len(shortcuts) == len(set(shortcuts))
    assert set(commands(pilot)) <= set(pilot.window.actions())


def test_that_every_shortcut_triggers_its_command_and_no_other(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions = pilot.window.actions()
    triggered = []
    for action in actions:
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, action=action: triggered.append(action.text()))
    for action in actions:
        triggered.clear()
        pilot.press(action.shortcut().toString())
        assert triggered == [action.text()]


def interactive(pilot: Pilot) -> list[QWidget]:
    kinds = (
        QAbstractButton,
        QComboBox,
        QAbstractSlider,
        QAbstractSpinBox,
        QLineEdit,
        DigitCanvas,
        NetworkView,
        LossPlot,
        PixelPicture,
        Prediction,
    )
    return [
        widget
        for widget in pilot.window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and not isinstance(widget, QScrollBar)
        # A line edit within a box is part of it.
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
    ]


def test_that_every_interactive_widget_has_a_name_for_code_and_for_screen_readers(
    pilot: Pilot,
) -> None:
    widgets = interactive(pilot)
    assert len(widgets) > 35
    for widget in widgets:
        name = widget.objectName()
        assert name.isascii(), widget
        assert name.isidentifier(), widget
        assert name == name.lower()
        spoken = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert spoken, name
    names = [widget.objectName() for widget in widgets]
    assert len(names) == len(set(names))


def test_that_every_interactive_widget_has_a_tool_tip(pilot: Pilot) -> None:
    # The network's own card under the mouse says more than a tip that would cover it.
    missing = [w.objectName() for w in interactive(pilot) if not w.toolTip()]
    assert set(missing) <= {"network_view"}


def test_that_every_button_has_a_command_and_its_tool_tip_names_the_keys(pilot: Pilot) -> None:
    by_text = {action.text(): action for action in pilot.window.actions()}
    buttons = {w.objectName(): w for w in interactive(pilot) if isinstance(w, QAbstractButton)}
    assert set(buttons) <= {*COMMANDS, *ELSEWHERE}
    for name, texts in COMMANDS.items():
        widget = pilot.window.findChild(QWidget, name)
        assert widget is not None, name
        for text in texts:
            assert keys(by_text[text]) in words(widget.toolTip()), (name, keys(by_text[text]))
    for name, combination in ELSEWHERE.items():
        widget = pilot.window.findChild(QWidget, name)
        assert widget is not None, name
        assert combination in words(widget.toolTip())


def test_that_every_field_of_the_settings_is_reached_by_the_keys_in_its_tool_tip(
    pilot: Pilot,
) -> None:
    pilot.press("Ctrl+,")
    fields = [
        w
        for w in interactive(pilot)
        if pilot.window.settings.isAncestorOf(w) and not isinstance(w, QAbstractButton)
    ]
    assert len(fields) == 10
    for field in fields:
        (combination,) = (word for word in words(field.toolTip()) if word.startswith("Alt+"))
        pilot.press(combination)
        assert pilot.window.focusWidget() is field, field.objectName()


def words(tip: str) -> set[str]:
    """Return the words of a tool tip that stand in brackets, where its keys are."""
    found = " ".join(re.findall(r"\((.*?)\)", tip)).split()
    return {*found, *(word.removesuffix(",") for word in found)}


@pytest.mark.parametrize("keys", ["Tab", "Shift+Tab"])
def test_that_the_tab_key_reaches_every_control(pilot: Pilot, keys: str) -> None:
    pilot.press("Ctrl+,")
    expected = {
        stop(w)
        for w in interactive(pilot)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled() and w.isVisible()
    }
    assert {"play", "speed", "hidden", "example", "network_view", "loss_plot"} <= expected
    reached = set()
    for _ in range(2 * len(expected)):
        widget = pilot.window.focusWidget()
        assert widget is not None
        reached.add(stop(widget))
        pilot.press(keys)
    assert reached == expected


def stop(widget: QWidget) -> str:
    """Return the name of what Tab stops at: of exclusive buttons the first stands for all."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return (group.buttons()[0] if group else widget).objectName()


# --- the space bar --------------------------------------------------------------------------------


def test_that_space_presses_the_button_that_has_the_keyboard_focus(pilot: Pilot) -> None:
    for _ in range(2 * len(interactive(pilot))):
        if pilot.window.focusWidget() is pilot.window.controls.next_batch:
            break
        pilot.press("Tab")
    pilot.press("Space")
    pilot.wait(lambda: pilot.batch == 1)
    pilot.settle()
    assert (pilot.batch, pilot.playing) == (1, False)


def test_that_space_plays_after_a_button_was_clicked(pilot: Pilot) -> None:
    window = pilot.window
    for button in (
        window.controls.next_batch,
        window.draw.clear,
        window.network.fit,
        window.network.mode.buttons["network"],
    ):
        pilot.click(button)
        pilot.play()
        pilot.pause()


def test_that_space_plays_after_the_settings_were_closed(pilot: Pilot) -> None:
    for keys in ("Escape", "Ctrl+,"):
        pilot.press("Ctrl+,")
        pilot.press("Tab")
        pilot.press(keys)
        pilot.play()
        pilot.pause()


def test_that_letters_choose_in_a_list_and_are_no_shortcuts_there(pilot: Pilot) -> None:
    pilot.press("Ctrl+,")
    optimizer = pilot.window.settings.optimizer
    assert pilot.window.focusWidget() is optimizer
    pilot.press("R")
    assert optimizer.currentText() == "RMSProp"
    pilot.press("P")
    assert pilot.window.draw.pen.isChecked()
