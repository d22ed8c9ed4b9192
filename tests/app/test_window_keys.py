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
    QTableView,
    QWidget,
)

from bpviz.engine import Forward
from bpviz.views.batch_strip import BatchStrip
from bpviz.views.digit_canvas import DigitCanvas
from bpviz.views.geometry import Edge, Neuron
from bpviz.views.loss_plot import LossPlot
from bpviz.views.matrix_view import MatrixView
from bpviz.views.network_view import NetworkView
from bpviz.views.number_table import NumberTable
from bpviz.views.pixel_picture import PixelPicture
from bpviz.views.prediction import Prediction
from bpviz.views.signed_picture import SignedPicture

from .conftest import Pilot

# Which command does what a button, a slider or a switch does.
COMMANDS = {
    "play": ["Play or pause"],
    "step_stage": ["Next stage"],
    "step_batch": ["Next batch"],
    "step_epoch": ["Next epoch"],
    "reset": ["Same start"],
    "new_seed": ["New seed"],
    "speed": ["Slower", "Faster"],
    "examples": ["Worked examples"],
    "settings": ["Settings"],
    "menu": ["Menu"],
    "show_formulas": ["Formulas"],
    "pen": ["Pen"],
    "eraser": ["Eraser"],
    "undo": ["Undo"],
    "clear": ["Clear"],
    "example": ["Example"],
    "example_menu": ["Choose the example"],
    "walk_lesson": ["Walk my drawing through"],
    "learn_once": ["Learn my drawing once"],
    "undo_lesson": ["Undo the lesson"],
    "textbook_values": ["Same start"],
    "back_to_digits": ["Back to the digits"],
    "through_network": ["Show my drawing in the network"],
    "quantity_gradient": ["Colour by gradient"],
    "quantity_weight": ["Colour by weight"],
    "quantity_update": ["Colour by update"],
    "quantity_signal": ["Colour by signal"],
    "quantity_agreement": ["Colour by agreement"],
    "label_filter": ["Next digit's wishes"],
    "scale_mode": ["Scale per layer", "Scale for the whole network", "Lock the scale"],
    "matrix_shown": ["Matrix"],
    "matrix_next": ["Matrix of the next layer"],
    "matrix_previous": ["Matrix of the layer before"],
    "zoom_in": ["Zoom in"],
    "zoom_out": ["Zoom out"],
    "fit": ["Fit"],
    "loss_log": ["Logarithmic axis"],
    "digit_canvas": ["Pen", "Eraser"],
    "inspector_page_chain_rule": ["Chain rule page"],
    "inspector_page_update": ["Update page"],
    "inspector_page_nudge": ["Nudge page"],
    "inspector_page_check": ["Check page"],
    "inspector_close": ["Stop inspecting"],
}
# A key that is no command of the window but of the panel it is in, or of what Tab has reached.
ELSEWHERE = {
    "restart": "Ctrl+Return",
    "factor_a": "Space",
    "factor_delta": "Space",
    "nudge_keep": "Return",
    "check_scope_weight": "←",
    "check_scope_layer": "←",
    "check_scope_network": "←",
    "check_run": "Space",
    "check_stop": "Space",
    "nudge_slider": "←",
    "epsilon": "←",
    "sample_table": "Enter",
    "delta_terms": "Enter",
    "ways_weights": "Enter",
    "weight_picture": "Enter",
    "parameter_table": "F2",
}

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
        MatrixView,
        LossPlot,
        PixelPicture,
        Prediction,
        BatchStrip,
        NumberTable,
        SignedPicture,
        QTableView,
    )
    return [
        widget
        for widget in pilot.window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and not isinstance(widget, QScrollBar)
        # Qt's own: the corner between a table's heads, which it has none of.
        and widget.objectName() != "qt_tableview_cornerbutton"
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
    # The network's own card under the mouse says more than a tip that would cover it, and so does
    # the matrix's. The strip says of each picture what it is: see its own tests.
    missing = [w.objectName() for w in interactive(pilot) if not w.toolTip()]
    assert set(missing) <= {"network_view", "matrix_view", "batch_strip"}


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
        assert combination in words(widget.toolTip()), name


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


SCENES = ("digits", "chain rule", "update", "nudge", "check", "neuron", "pixel", "example")


def set_scene(pilot: Pilot, scene: str) -> None:
    """Bring something into sight: a worked example, or a part of the network on a page."""
    if scene == "example":
        pilot.press("Alt+2")
        pilot.wait(pilot.window.example.isVisible)
    pilot.step()
    set_inspector(pilot, scene)
    pilot.settle()
    if scene in ("nudge", "example"):
        pilot.wait(lambda: pilot.window.nudge.slider.isEnabled())


def set_inspector(pilot: Pilot, scene: str) -> None:
    parts = {"digits": None, "neuron": Neuron(1, 3), "pixel": Neuron(0, 400)}
    pilot.program.controller.inspection.inspect(parts.get(scene, Edge(1, 0, 1)))
    page = pilot.window.inspector.page
    if scene in page.buttons:
        page.choose(scene)


@pytest.mark.parametrize("keys", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("scene", SCENES)
def test_that_the_tab_key_reaches_every_control(pilot: Pilot, scene: str, keys: str) -> None:
    set_scene(pilot, scene)
    if scene == "digits":
        pilot.press("Ctrl+,")
    expected = {
        stop(w)
        for w in interactive(pilot)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled() and w.isVisible()
    }
    assert {"play", "speed", "network_view", "batch_strip", "finder_from", "loss_plot"} <= expected
    assert SEEN_IN[scene] <= expected
    reached = set()
    for _ in range(2 * len(expected)):
        widget = pilot.window.focusWidget()
        assert widget is not None
        reached.add(stop(widget))
        pilot.press(keys)
    assert reached == expected


SEEN_IN: dict[str, set[str]] = {
    "digits": {"hidden", "example"},
    "chain rule": {"factor_a", "factor_delta", "sample_table", "delta_terms"},
    "update": {"inspector_page_chain_rule"},
    "nudge": {"nudge_slider", "nudge_value"},
    "check": {"check_scope_weight", "check_run", "epsilon"},
    "neuron": {"ways_weights", "ways_activations", "weight_picture", "gradient_picture"},
    "pixel": {"input_terms"},
    "example": {"parameter_table", "textbook_values", "back_to_digits"},
}


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
        window.network.quantity.buttons["weight"],
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


# --- the keyboard after the mouse -----------------------------------------------------------------


def test_that_the_keyboard_begins_at_the_network(pilot: Pilot) -> None:
    assert pilot.window.focusWidget() is pilot.window.network.view


def assert_the_keys_step_and_play(pilot: Pilot, after: str) -> None:
    """The right arrow goes on by a stage, and Space plays and pauses."""
    seen = len(pilot.frames)
    pilot.press("Ctrl+R")
    pilot.wait(lambda: len(pilot.frames) > seen and pilot.snapshot.glance is None)
    pilot.settle()
    pilot.press("Right")
    pilot.settle()
    glance = pilot.snapshot.glance
    assert glance is not None, after
    assert isinstance(glance.records.last, Forward), after
    pilot.press("Space")
    pilot.wait(lambda: pilot.playing)
    pilot.press("Space")
    pilot.wait(lambda: not pilot.playing)


@pytest.mark.parametrize("scene", SCENES)
def test_that_the_keys_step_and_play_after_a_click_on_anything(pilot: Pilot, scene: str) -> None:
    # What opens something, or moves on by itself; and what text is typed into.
    apart = {"play", "step_epoch", "settings", "menu", "examples", "example_menu", "new_seed"}
    apart |= {"back_to_digits", "nudge_value", "restart", "finder_layer", "finder_from"}
    apart |= {"finder_to", "label_filter", "scale_mode", "lesson_label"}
    set_scene(pilot, scene)
    names = [w.objectName() for w in interactive(pilot) if w.isVisible()]
    for name in names:
        widget = pilot.window.findChild(QWidget, name)
        assert isinstance(widget, QWidget)
        set_inspector(pilot, scene)
        if name not in apart and widget.isVisible() and not widget.visibleRegion().isEmpty():
            pilot.click(widget, widget.visibleRegion().boundingRect().center())
            focus = pilot.window.focusWidget()
            assert focus in (pilot.window.network.view, pilot.window.draw.canvas), name
    assert_the_keys_step_and_play(pilot, scene)


def test_that_the_keys_step_and_play_after_a_choice_in_a_list(pilot: Pilot) -> None:
    network = pilot.window.network
    pilot.step()
    for box in (network.mode, network.label_filter):
        pilot.click(box)
        pilot.wait(box.view().isVisible)
        pilot.press("Down")
        pilot.press("Return")
        pilot.wait(lambda box=box: not box.view().isVisible())  # type: ignore[misc]
    assert network.mode.choice == "network"
    pilot.wait(lambda: pilot.snapshot.glance is not None and pilot.snapshot.glance.look.label == 0)
    assert_the_keys_step_and_play(pilot, "lists")


def test_that_the_keys_step_and_play_after_a_weight_was_looked_for(pilot: Pilot) -> None:
    spin = pilot.window.inspector.finder.start
    for leave in ("Return", "Escape"):
        pilot.click(spin)
        assert pilot.window.focusWidget() is spin
        pilot.press("Ctrl+A")
        pilot.write("5")
        pilot.press(leave)
        assert_the_keys_step_and_play(pilot, leave)
    pilot.click(spin)
    pilot.click(pilot.window.controls.next_batch)
    assert_the_keys_step_and_play(pilot, "a click elsewhere")


def test_that_the_keys_step_and_play_after_a_value_was_kept(pilot: Pilot) -> None:
    set_scene(pilot, "nudge")
    field = pilot.window.nudge.field
    pilot.click(field)
    assert pilot.window.focusWidget() is field
    pilot.type("0.25")
    pilot.settle()
    assert pilot.window.focusWidget() is pilot.window.network.view
    index = pilot.program.controller.inspection.parameter
    assert index is not None
    assert pilot.params[index] == 0.25
    assert_the_keys_step_and_play(pilot, "keeping")


def test_that_what_can_no_longer_be_used_leaves_the_keyboard_to_the_network(pilot: Pilot) -> None:
    set_scene(pilot, "nudge")
    slider = pilot.window.nudge.slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    pilot.press("Space")
    pilot.wait(lambda: pilot.playing and not slider.isEnabled())
    assert pilot.window.focusWidget() is pilot.window.network.view
    pilot.press("Space")
    pilot.wait(lambda: not pilot.playing)
    pilot.window.inspector.finder.start.setFocus()
    pilot.press("Shift+Tab")
    pilot.window.inspector.finder.layer.setFocus()
    pilot.window.toggle_inspector()
    assert pilot.window.focusWidget() is pilot.window.network.view


def test_that_the_arrow_keys_move_what_tab_has_reached(pilot: Pilot) -> None:
    set_scene(pilot, "nudge")
    window = pilot.window
    moved = []
    for widget, value in (
        (window.controls.speed, window.controls.speed.value),
        (window.nudge.slider, window.nudge.slider.value),
        (window.inspector.page.buttons["nudge"], lambda: window.inspector.page.choice),
    ):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        before = value()
        pilot.press("Left")
        moved.append(value() != before)
    window.loss.setFocus(Qt.FocusReason.TabFocusReason)
    pilot.press("Right")
    pilot.settle()
    assert moved == [True, True, True]
    assert not pilot.snapshot.walking
