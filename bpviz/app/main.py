"""Opens the window, or draws it into a file."""

import gc
import sys
import traceback
from dataclasses import dataclass, replace
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
from bpviz.session.snapshot import Snapshot
from bpviz.session.worked_examples import WORKED_EXAMPLES
from bpviz.trainer.failure import Failure
from bpviz.trainer.trainer import Trainer
from bpviz.views.geometry import Edge
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
        # Not before: styling asks for the interpreter once a widget, which reading needs, too.
        self.controller.reset()

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
    window.network.matrix_shown.setChecked(preferences.matrix)
    window.show()
    # What start-up made stays: a look through all of it for garbage would stop a frame for 40 ms.
    gc.freeze()
    status = app.exec()
    preferences.geometry = window.saveGeometry()
    preferences.matrix = window.network.matrix_shown.isChecked()
    return status


@dataclass(frozen=True)
class Pose:
    """
    What the window is to be doing in a picture.

    Attributes
    ----------
    after
        How many batches are trained before.
    stages
        How many stages of the next batch are done then.
    weight
        What the inspector shows: layer, from and to, all counting from 1; None for nothing.
    example
        Key of the worked example that is shown; None for the digits.
    matrix
        Whether a layer's matrix stands beside the graph.
    """

    after: int = 300
    stages: int = 0
    weight: tuple[int, int, int] | None = None
    example: str | None = None
    matrix: bool = False


class _Sitting(QObject):
    """Brings a program into a pose, and ends its event loop when it is there, or in trouble."""

    def __init__(self, program: Program, settings: Settings, pose: Pose) -> None:
        super().__init__()
        self.loop = QEventLoop()
        self.trouble = ""
        self._program = program
        self._pose = pose
        # An object of its own, by which the last snapshot is known.
        self._marker = replace(settings)
        trainer = program.trainer
        trainer.worker.playing_changed.connect(self._on_playing_changed)
        trainer.worker.published.connect(self._on_published)
        # Not the worker's own signals: it may have failed before anybody listened.
        program.controller.troubled.connect(self._on_trouble)
        if pose.example is not None:
            example = next(each for each in WORKED_EXAMPLES if each.key == pose.example)
            self._marker = replace(example.settings)
            program.controller.open_example(example)
        trainer.play_to(pose.after)

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        if playing:
            return
        program, pose = self._program, self._pose
        for _ in range(pose.stages):
            program.trainer.next_stage()
        if pose.weight is not None:
            layer, start, end = (number - 1 for number in pose.weight)
            program.controller.inspection.inspect(Edge(layer, start, end))
        # Trouble is told after the pause that it makes, and before the answer to this.
        program.trainer.apply(self._marker)

    @Slot(object)
    def _on_published(self, snapshot: Snapshot) -> None:
        if snapshot.settings is self._marker:
            self.loop.quit()

    @Slot(str)
    def _on_trouble(self, trouble: str) -> None:
        self.trouble = trouble
        self.loop.quit()


def screenshot(
    path: Path,
    settings: Settings,
    pose: Pose,
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
    pose
        What the window is doing.
    width, height
        Of the window in pixels.
    theme
        Its colours.

    Raises
    ------
    OSError
        If the file cannot be written.
    ValueError
        If the window does not fit into that size, or there is no such weight.
    RuntimeError
        If the training fails; the message says why.
    """
    _demand_weight(settings, pose)
    app = application()
    program = Program(app, settings, theme)
    window = program.window
    window.network.matrix_shown.setChecked(pose.matrix)
    # It is drawn without being shown: showing would enlarge it to its least size, which is known
    # once the style sheet has reached all of it.
    window.resize(width, height)
    window.grab()  # lays it out
    least = window.minimumSizeHint()
    if width < least.width() or height < least.height():
        window.close()
        raise ValueError(f"the window needs {least.width()}x{least.height()} pixels or more")
    sitting = _Sitting(program, settings, pose)
    sitting.loop.exec()
    try:
        if sitting.trouble:
            raise RuntimeError(sitting.trouble)
        program.controller.show_example(EXAMPLE)
        app.processEvents()
        if not window.grab().save(str(path)):
            raise OSError(f"{path} cannot be written: no such folder, no right, or no such format")
    finally:
        window.close()


def _demand_weight(settings: Settings, pose: Pose) -> None:
    if pose.weight is None:
        return
    sizes = settings.sizes(SIDE_PX**2, len(CLASSES))
    for example in WORKED_EXAMPLES:
        if example.key == pose.example:
            sizes = example.settings.sizes(example.task.n_in, example.task.n_out)
    layer, start, end = pose.weight
    if not 1 <= layer < len(sizes):
        raise ValueError(f"there is no layer {layer}: choose 1 to {len(sizes) - 1}")
    if not (1 <= start <= sizes[layer - 1] and 1 <= end <= sizes[layer]):
        raise ValueError(
            f"layer {layer} has no weight from {start} to {end}: "
            f"choose from 1-{sizes[layer - 1]} to 1-{sizes[layer]}"
        )
