"""The real window with its real worker thread, driven by mouse and keys and read by its labels."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, QSize, Qt, QThread, Slot
from PySide6.QtGui import QAction, QFont, QGuiApplication, QKeySequence, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from bpviz.app import main
from bpviz.app.main import Program
from bpviz.app.preferences import ThemeChoice
from bpviz.data import Mnist, digits
from bpviz.engine import Stage
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.session.snapshot import Snapshot
from bpviz.views.geometry import Edge, Part, curve

EPOCH = 20  # batches of 32 in the small data set
WAIT_MS = 20_000  # for what should come within milliseconds
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


class Pilot(QObject):
    """
    Hands and eyes for one window.

    Attributes
    ----------
    program, window
        What is driven.
    frames
        Number of the batch in each snapshot that the window was given.
    paused_at
        Number of the batch at which it paused last.
    """

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        super().__init__()
        self.program = program
        self.window = program.window
        self.frames: list[int] = []
        self.paused_at = -1
        self._qtbot = qtbot
        program.trainer.worker.published.connect(self._on_published)
        program.trainer.worker.playing_changed.connect(self._on_playing_changed)

    @Slot(object)
    def _on_published(self, snapshot: Snapshot) -> None:
        self.frames.append(snapshot.batch)

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        if not playing:
            self.paused_at = self.batch

    # -- hands ----------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the program run until something is so."""
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)

    def press(self, keys: str) -> None:
        """Press keys, such as ``"Ctrl+Shift+Right"``, wherever the keyboard focus is."""
        if QGuiApplication.focusWindow() is None:
            # After a dialog; there is no window manager to give the focus back.
            self.window.activateWindow()
            self.wait(lambda: QGuiApplication.focusWindow() is not None)
        QTest.keySequence(QGuiApplication.focusWindow(), QKeySequence(keys))

    def type(self, text: str) -> None:
        """Type a text in place of the one that has the keyboard focus, and press Return."""
        self.press("Ctrl+A")
        self.write(text)
        self.press("Return")

    def write(self, text: str) -> None:
        """Type characters."""
        for character in text:
            self.press("Space" if character == " " else character)

    def click_part(self, part: Part) -> None:
        """Click a neuron, or the middle of a weight's curve, where another may be on top."""
        self.click(self.window.network.view, self.place(part))

    def scroll_to(self, widget: QWidget, y: int = 0) -> None:
        """Bring a line of a widget into sight, in the scroll area that it stands in."""
        area = widget.parentWidget()
        while not isinstance(area, QScrollArea):
            assert area is not None
            area = area.parentWidget()
        content = area.widget()
        assert content is not None
        area.ensureVisible(0, widget.mapTo(content, QPoint(0, y)).y())

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click with the left button, in the middle if no other point is given."""
        QTest.mouseClick(widget, LEFT, NO_KEYS, widget.rect().center() if at is None else at)

    def draw(self, *points: tuple[float, float]) -> None:
        """Draw one line through points; 0 to 1 from the pad's upper left to its lower right."""
        pad = self.window.draw.canvas
        places = [QPoint(round(x * pad.width()), round(y * pad.height())) for x, y in points]
        QTest.mousePress(pad, LEFT, NO_KEYS, places[0])
        for place in places[1:]:
            QTest.mouseMove(pad, place)
        QTest.mouseRelease(pad, LEFT, NO_KEYS, places[-1])

    def step(self) -> None:
        """Click "Next batch" and wait until it is on screen."""
        batch = self.batch + 1
        self.click(self.window.controls.next_batch)
        self.wait(lambda: self.batch == batch)

    def next_stage(self) -> None:
        """Press → and wait until another stage is on screen."""
        before = self.stage
        self.press("Right")
        self.wait(lambda: self.stage is not before)

    def play(self, batches: int = 1) -> None:
        """Play by key until so many more batches are on screen."""
        batch = self.batch + batches
        self.press("Space")
        self.wait(lambda: self.batch >= batch and self.playing)

    def pause(self) -> None:
        """Pause by key."""
        self.press("Space")
        self.wait(lambda: not self.playing)

    def settle(self) -> None:
        """Wait until the worker has done all it was asked for, and it is on screen."""
        of_digits = self.snapshot.task.inputs is None
        settings = self.program.controller._settings if of_digits else self.snapshot.settings
        marker = replace(settings)
        self.program.trainer.apply(marker)
        self.wait(lambda: self.snapshot.settings is marker)

    def dialog(self) -> QMessageBox:
        """Wait for the dialog that tells of trouble."""
        self.wait(lambda: self.window.findChild(QMessageBox, "trouble") is not None)
        box = self.window.findChild(QMessageBox, "trouble")
        assert isinstance(box, QMessageBox)
        self.wait(box.isVisible)
        return box

    def action(self, text: str) -> QAction:
        """Return a command of the menu."""
        return next(a for a in self.window.findChildren(QAction) if a.text() == text)

    # -- eyes -----------------------------------------------------------------------------------

    def place(self, part: Part) -> QPoint:
        """Return where a neuron, or the middle of a weight's curve, is in the network view."""
        layout = self.window.network.view.layout_px
        if isinstance(part, Edge):
            x, y = curve(layout, part)[32]
        else:
            x, y = layout.columns[part.column].x, layout.columns[part.column].y[part.row]
        return QPoint(round(float(x)), round(float(y)))

    @property
    def stage(self) -> Stage | None:
        """The stage done last."""
        glance = self.snapshot.glance
        return None if glance is None else glance.records.last

    @property
    def session(self) -> Session:
        """What the worker trains. Only to be read, once it has settled and does not play."""
        session = self.program.trainer.worker._session
        assert session is not None
        return session

    @property
    def snapshot(self) -> Snapshot:
        """What the window was given last."""
        snapshot = self.program.controller.snapshot
        assert snapshot is not None
        return snapshot

    @property
    def params(self) -> NDArray[np.floating]:
        """The parameters on screen."""
        return self.snapshot.params

    @property
    def worker_thread(self) -> QThread:
        """The worker's."""
        thread = self.program.trainer.findChild(QThread, "trainer")
        assert isinstance(thread, QThread)
        return thread

    @property
    def playing(self) -> bool:
        """Whether the play button offers to pause."""
        return self.window.controls.play.text() == "Pause"

    @property
    def batch(self) -> int:
        """Batches in all, as the status bar says."""
        figure = re.search(r"([\d,]+)(?: in all)?$", self.figure("batch"))
        assert figure is not None
        return int(figure[1].replace(",", ""))

    @property
    def losses(self) -> NDArray[np.float32]:
        """Every loss that the plot holds."""
        series = self.window.loss._series
        return np.array([series.reading(n).high for n in range(1, len(series) + 1)], np.float32)

    @property
    def hint(self) -> str:
        """The line that says what is going on."""
        return str(self.window.status.hint.text())

    def figure(self, name: str) -> str:
        """Return what the status bar says, without its markup."""
        return re.sub("<.*?>", "", self.window.status.text_of(name))

    def label(self, name: str) -> QLabel:
        """Return a label by its object name."""
        label = self.window.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label

    def says(self, text: str) -> bool:
        """Whether a label in sight says exactly this."""
        labels = self.window.findChildren(QLabel)
        return any(label.text() == text and label.isVisible() for label in labels)


Launch = Callable[..., Pilot]


@contextmanager
def undressed_afterwards(app: QApplication) -> Iterator[QApplication]:
    """Undo afterwards what the program does to the one application."""
    style, sheet, font = app.style().name(), app.styleSheet(), QFont(app.font())
    palette = QPalette(app.palette())
    app.setStyle("Fusion")
    try:
        yield app
    finally:
        app.styleHints().unsetColorScheme()
        app.setStyleSheet(sheet)
        app.setPalette(palette)
        app.setFont(font)
        app.setStyle(style)


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """Return an application that may be dressed in a theme."""
    with undressed_afterwards(qapp) as app:
        yield app


@pytest.fixture
def launch(
    dressed: QApplication,
    qtbot: QtBot,
    small_mnist: Mnist,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Launch]:
    """Open windows, and close them in the end."""
    windows = []

    def launch(
        settings: Settings | None = None,
        load: Callable[[], Mnist] = lambda: small_mnist,
        theme: ThemeChoice = "dark",
        size: QSize | None = None,
    ) -> Pilot:
        monkeypatch.setattr(main, "load_mnist", load)
        program = Program(dressed, settings or Settings(), theme)
        windows.append(program.window)
        program.window.resize(size or QSize(1280, 800))
        program.window.show()
        qtbot.waitExposed(program.window)
        return Pilot(program, qtbot)

    yield launch
    for window in windows:
        window.close()
        window.deleteLater()


class Reading:
    """Reads the small data set, but not before it is told to go on."""

    def __init__(self, data: Mnist) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self._data = data

    def __call__(self) -> Mnist:
        self.begun.set()
        assert self.go_on.wait(WAIT_MS / 1000)
        return self._data


@pytest.fixture
def reading(small_mnist: Mnist) -> Reading:
    """Let a test do something while the pictures are read."""
    return Reading(small_mnist)


@pytest.fixture
def pilot(launch: Launch) -> Pilot:
    """Open a window on the small data set, loaded, validated and ready to train."""
    pilot = launch()
    pilot.wait(lambda: pilot.figure("validation") != "")
    return pilot


def trained(data: Mnist, batches: int, settings: Settings | None = None) -> Session:
    """Train without a window."""
    session = Session(settings or Settings(), digits(data))
    for _ in range(batches):
        session.next_batch()
    return session
