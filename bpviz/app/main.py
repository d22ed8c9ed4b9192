"""Opens the window, or draws it into a file."""

import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Literal

from PySide6.QtCore import QEventLoop, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bpviz.app.actions import add_actions
from bpviz.app.controller import Controller
from bpviz.app.preferences import Preferences, ThemeChoice
from bpviz.app.style import apply_theme, load_font
from bpviz.app.trouble import show_trouble
from bpviz.app.window import Window
from bpviz.data import load_mnist
from bpviz.data.ink import SIDE_PX
from bpviz.data.targets import CLASSES
from bpviz.session.settings import Settings
from bpviz.trainer.failure import Failure
from bpviz.trainer.trainer import Trainer
from bpviz.views.theme import DARK, LIGHT, Theme

# The test picture on the pad of a screenshot: a plain 7.
EXAMPLE = 0
# The GUI thread asks for the interpreter after every call into Qt; this is how long the training
# may keep it waiting each time. Python's own 5 ms made frames uneven: 48 ms at the worst where
# 0.3 ms gave 34, at the same speed of training.
SWITCH_INTERVAL_S = 0.0003


def application() -> QApplication:
    """Return the one Qt application, made and dressed if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(["bpviz"])
    app.setApplicationName("bpviz")
    app.setOrganizationName("bpviz")
    app.setStyle("Fusion")
    load_font(app)
    return app


class Program:
    """
    One window with its trainer and controller, dressed in the desktop's theme or a chosen one.

    Parameters
    ----------
    app
        The Qt application.
    settings
        Of the first experiment.
    theme
        Dark, light, or as the desktop is.
    """

    def __init__(self, app: QApplication, settings: Settings, theme: ThemeChoice) -> None:
        self._app = app
        self._theme: Theme | None = None
        self.window = Window(settings, SIDE_PX**2, len(CLASSES))
        self.trainer = Trainer(load_mnist, self.window)
        self.controller = Controller(self.window, self.trainer, settings)
        add_actions(self.window, self.controller, theme, self.choose_theme)
        app.styleHints().colorSchemeChanged.connect(self._dress)
        self.window.closing.connect(self._forget)
        self._set_scheme(theme)

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Take another theme, and remember it."""
        Preferences().theme = choice
        self._set_scheme(choice)

    def _set_scheme(self, choice: ThemeChoice) -> None:
        scheme = {
            "system": Qt.ColorScheme.Unknown,
            "dark": Qt.ColorScheme.Dark,
            "light": Qt.ColorScheme.Light,
        }[choice]
        self._choice = choice
        self._app.styleHints().setColorScheme(scheme)
        self._dress()

    def _dress(self) -> None:
        light = self._choice == "light" or (
            self._choice == "system"
            and self._app.styleHints().colorScheme() == Qt.ColorScheme.Light
        )
        theme = LIGHT if light else DARK
        # Choosing a scheme may have told of it already, and styling all widgets takes its time.
        if theme is not self._theme:
            self._theme = theme
            apply_theme(self._app, theme)
            self.window.set_theme(theme)

    def _forget(self) -> None:
        self._app.styleHints().colorSchemeChanged.disconnect(self._dress)


def open_window(settings: Settings, theme: ThemeChoice | None = None) -> int:
    """
    Open the window and run until it is closed.

    Parameters
    ----------
    settings
        Of the first experiment.
    theme
        None takes the remembered one.

    Returns
    -------
    int
        The exit status.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = application()
    preferences = Preferences()
    program = Program(app, settings, theme or preferences.theme)
    window = program.window

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        message = f"An error in bpviz: {error or kind.__name__}"
        show_trouble(window, "Something went wrong", Failure(message, details))

    sys.excepthook = report
    if preferences.geometry is None or not window.restoreGeometry(preferences.geometry):
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        window.resize(window.size().boundedTo(room * 0.95))
    window.show()
    status = app.exec()
    preferences.geometry = window.saveGeometry()
    return status


class _Finish(QObject):
    """Ends its event loop when a program pauses, on its own or because something is wrong."""

    def __init__(self, program: Program, settings: Settings) -> None:
        super().__init__()
        self.loop = QEventLoop()
        self.trouble = ""
        self._trainer = program.trainer
        self._settings = settings
        self._trainer.worker.playing_changed.connect(self._on_playing_changed)
        # Not the worker's own signals: it may have failed before anybody listened.
        program.controller.troubled.connect(self._on_trouble)

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        if not playing:
            # Trouble is told after the pause that it makes, and before the answer to this.
            self._trainer.worker.published.connect(self.loop.quit)
            self._trainer.apply(self._settings)

    @Slot(str)
    def _on_trouble(self, trouble: str) -> None:
        self.trouble = trouble
        self.loop.quit()


def screenshot(
    path: Path,
    settings: Settings,
    after: int,
    width: int,
    height: int,
    theme: Literal["dark", "light"],
) -> None:
    """
    Draw the real window into a file, with a test picture on its pad.

    Parameters
    ----------
    path
        The picture; its ending gives the format.
    settings
        Of the experiment.
    after
        How many batches to train before.
    width, height
        Of the window in pixels.
    theme
        Its colours.

    Raises
    ------
    OSError
        If the file cannot be written.
    ValueError
        If the window does not fit into that size.
    RuntimeError
        If the training fails; the message says why.
    """
    app = application()
    program = Program(app, settings, theme)
    window = program.window
    # It is drawn without being shown: showing would enlarge it to its least size, too.
    least = window.minimumSizeHint()
    if width < least.width() or height < least.height():
        window.close()
        raise ValueError(f"the window needs {least.width()}x{least.height()} pixels or more")
    window.resize(width, height)
    window.grab()  # lays it out
    finish = _Finish(program, settings)
    program.trainer.play_to(after)
    finish.loop.exec()
    try:
        if finish.trouble:
            raise RuntimeError(finish.trouble)
        program.controller.show_example(EXAMPLE)
        app.processEvents()
        if not window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written: no such folder, no right, or no such format")
    finally:
        window.close()
