"""Every command of the window, with its keys: the menu, and shortcuts that work everywhere."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton

from bpviz.app.controller import Controller
from bpviz.app.preferences import THEME_CHOICES, ThemeChoice
from bpviz.app.window import Window
from bpviz.session.worked_examples import WORKED_EXAMPLES
from bpviz.views.quantities import QUANTITIES

PAN_PX = 60

Entry = tuple[str, str, Callable[[], object]]


def add_actions(
    window: Window,
    controller: Controller,
    theme: ThemeChoice,
    choose_theme: Callable[[ThemeChoice], None],
) -> None:
    """
    Give the window its menu and shortcuts.

    Parameters
    ----------
    window, controller
        What the commands act on.
    theme
        The choice to begin with.
    choose_theme
        Called with another choice.
    """
    menu = QMenu(window)
    controls, draw, network, loss = window.controls, window.draw, window.network, window.loss
    speed, view, page = controls.speed, network.view, window.inspector.page
    sections: dict[str, list[Entry]] = {
        "Train": [
            ("Play or pause", "Space", controls.play.click),
            ("Next stage", "Right", controls.next_stage.click),
            ("Next batch", "Shift+Right", controls.next_batch.click),
            ("Next epoch", "Ctrl+Shift+Right", controls.next_epoch.click),
            ("Same start", "Ctrl+R", controls.reset.click),
            ("New seed", "Ctrl+Shift+R", controls.new_seed.click),
            ("Slower", ",", lambda: speed.setValue(speed.value() - 1)),
            ("Faster", ".", lambda: speed.setValue(speed.value() + 1)),
            ("Settings", "Ctrl+,", controls.settings.click),
            ("Evaluate the test set", "Ctrl+T", controller.test),
        ],
        "Draw": [
            ("Pen", "P", draw.pen.click),
            ("Eraser", "E", draw.eraser.click),
            ("Undo", "Ctrl+Z", draw.undo.click),
            ("Clear", "C", draw.clear.click),
            ("Example", "X", draw.example.click),
            ("Choose the example", "Shift+X", draw.example_menu.click),
            ("Walk my drawing through", "Ctrl+K", draw.teach.walk.click),
            ("Learn my drawing once", "Ctrl+L", draw.teach.learn.click),
            ("Undo the lesson", "Ctrl+Shift+Z", draw.teach.undo.click),
            ("Show my drawing in the network", "T", draw.through_network.click),
        ],
        "Network": [
            *(
                (f"Colour by {key}", QUANTITIES[key].text[0], partial(network.quantity.choose, key))
                for key in QUANTITIES
            ),
            ("Matrix", "V", network.matrix_shown.click),
            ("Matrix of the next layer", "N", network.matrix.next.click),
            ("Matrix of the layer before", "Shift+N", network.matrix.previous.click),
            ("Next digit's wishes", "Y", controller.inspection.next_label),
            ("Scale per layer", "1", lambda: network.mode.choose("layer")),
            ("Scale for the whole network", "2", lambda: network.mode.choose("network")),
            ("Lock the scale", "3", lambda: network.mode.choose("locked")),
            ("Zoom in", "Ctrl++", view.zoom_in),
            ("Zoom out", "Ctrl+-", view.zoom_out),
            ("Fit", "F", view.fit),
            ("Move left", "Ctrl+Left", lambda: view.pan(PAN_PX, 0)),
            ("Move right", "Ctrl+Right", lambda: view.pan(-PAN_PX, 0)),
            ("Move up", "Ctrl+Up", lambda: view.pan(0, PAN_PX)),
            ("Move down", "Ctrl+Down", lambda: view.pan(0, -PAN_PX)),
            ("Neuron above", "Alt+Up", lambda: view.walk(0, -1)),
            ("Neuron below", "Alt+Down", lambda: view.walk(0, 1)),
            ("Layer to the left", "Alt+Left", lambda: view.walk(-1, 0)),
            ("Layer to the right", "Alt+Right", lambda: view.walk(1, 0)),
            ("Next weight into the neuron", "Alt+Shift+Down", lambda: view.walk_weights(1)),
            ("Previous weight into the neuron", "Alt+Shift+Up", lambda: view.walk_weights(-1)),
        ],
        "Look": [
            ("Formulas", "M", window.ribbon.formulas.click),
            ("Next picture of the batch", "]", lambda: window.strip.step(1)),
            ("Previous picture of the batch", "[", lambda: window.strip.step(-1)),
            *(
                (f"{key.capitalize()} page", str(number), partial(page.choose, key))
                for number, key in enumerate(page.buttons, 4)
            ),
            ("Inspector", "I", window.toggle_inspector),
            ("Stop inspecting", "Esc", window.dismiss),
        ],
        "Loss": [
            ("Logarithmic axis", "L", lambda: loss.set_log(not loss.is_log)),
            ("Whole course", "Shift+F", loss.fit),
        ],
    }
    for heading, entries in sections.items():
        submenu = menu.addMenu(heading)
        for text, keys, run in entries:
            action = QAction(text, window)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(run)
            submenu.addAction(action)
            window.addAction(action)
    themes = menu.addMenu("Theme")
    group = QActionGroup(menu)
    for choice, keys in zip(THEME_CHOICES, ("Ctrl+1", "Ctrl+2", "Ctrl+3"), strict=True):
        action = QAction("As the desktop" if choice == "system" else choice.title(), window)
        action.setShortcut(QKeySequence(keys))
        action.setCheckable(True)
        action.setChecked(choice == theme)
        action.triggered.connect(lambda _=False, choice=choice: choose_theme(choice))
        group.addAction(action)
        themes.addAction(action)
        window.addAction(action)
    examples = menu.addMenu("Worked examples")
    for number, example in enumerate(WORKED_EXAMPLES, 1):
        action = QAction(example.title, window)
        action.setShortcut(f"Alt+{number}")
        action.triggered.connect(partial(controller.open_example, example))
        examples.addAction(action)
        window.addAction(action)
    examples.addSeparator()
    back = QAction("Back to the digits", window)
    back.setShortcut("Alt+0")
    back.triggered.connect(controller.go_back)
    examples.addAction(back)
    window.addAction(back)
    controls.examples.clicked.connect(partial(_drop_down, examples, controls.examples))
    examples_action = QAction("Worked examples", window)
    examples_action.setShortcut("Ctrl+E")
    examples_action.triggered.connect(controls.examples.click)
    window.addAction(examples_action)
    quit_action = QAction("Quit", window)
    quit_action.setShortcut("Ctrl+Q")
    quit_action.triggered.connect(window.close)
    menu.addAction(quit_action)
    window.addAction(quit_action)

    controls.menu.clicked.connect(partial(_drop_down, menu, controls.menu))
    menu_action = QAction("Menu", window)
    menu_action.setShortcut("F10")
    menu_action.triggered.connect(controls.menu.click)
    window.addAction(menu_action)


def _drop_down(menu: QMenu, button: QToolButton) -> None:
    # Not QToolButton.showMenu, which does not return before the menu is closed.
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
