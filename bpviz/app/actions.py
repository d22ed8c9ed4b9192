"""Every command of the window, with its keys: the menu, and shortcuts that work everywhere."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from bpviz.app.controller import Controller
from bpviz.app.preferences import THEME_CHOICES, ThemeChoice
from bpviz.app.window import Window

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
    speed, view = controls.speed, network.view
    sections: dict[str, list[Entry]] = {
        "Train": [
            ("Play or pause", "Space", controls.play.click),
            ("Next batch", "Shift+Right", controls.next_batch.click),
            ("Next epoch", "Ctrl+Shift+Right", controls.next_epoch.click),
            ("Same start", "Ctrl+R", controls.reset.click),
            ("New seed", "Ctrl+Shift+R", controls.new_seed.click),
            ("Slower", ",", lambda: speed.setValue(speed.value() - 1)),
            ("Faster", ".", lambda: speed.setValue(speed.value() + 1)),
            ("Settings", "Ctrl+,", window.toggle_settings),
            ("Evaluate the test set", "Ctrl+T", controller.test),
        ],
        "Draw": [
            ("Pen", "P", draw.pen.click),
            ("Eraser", "E", draw.eraser.click),
            ("Undo", "Ctrl+Z", draw.undo.click),
            ("Clear", "C", draw.clear.click),
            ("Example", "X", draw.example.click),
            ("Choose the example", "Shift+X", draw.example_menu.click),
            ("Show my drawing in the network", "T", draw.through_network.click),
        ],
        "Network": [
            ("Colour by gradient", "G", lambda: network.quantity.choose("gradient")),
            ("Colour by weight", "W", lambda: network.quantity.choose("weight")),
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
    quit_action = QAction("Quit", window)
    quit_action.setShortcut("Ctrl+Q")
    quit_action.triggered.connect(window.close)
    menu.addAction(quit_action)
    window.addAction(quit_action)

    def open_menu() -> None:
        # Not QToolButton.showMenu, which does not return before the menu is closed.
        button = controls.menu
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    controls.menu.clicked.connect(open_menu)
    menu_action = QAction("Menu", window)
    menu_action.setShortcut("F10")
    menu_action.triggered.connect(open_menu)
    window.addAction(menu_action)
