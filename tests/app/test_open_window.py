"""The program from its start to its end."""

import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QMargins, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from bpviz.app import main
from bpviz.app.main import Program, open_window
from bpviz.app.preferences import Preferences, ThemeChoice
from bpviz.data import Mnist
from bpviz.session.settings import Settings

from .conftest import Pilot

Run = Callable[..., None]


@pytest.fixture
def run(
    dressed: QApplication,
    qtbot: QtBot,
    small_mnist: Mnist,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    """Open the window, let a pilot do something, and close it."""
    interval_s = sys.getswitchinterval()
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # to be put back
    monkeypatch.setattr(main, "load_mnist", lambda: small_mnist)
    windows = []

    def run(do: Callable[[Pilot], None], theme: ThemeChoice | None = None) -> None:
        errors: list[Exception] = []

        class Piloted(Program):
            def __init__(self, app: QApplication, settings: Settings, theme: ThemeChoice) -> None:
                super().__init__(app, settings, theme)
                windows.append(self.window)
                QTimer.singleShot(0, self.fly)

            def fly(self) -> None:
                pilot = Pilot(self, qtbot)
                try:
                    pilot.wait(lambda: pilot.figure("validation") != "")
                    do(pilot)
                except Exception as error:
                    errors.append(error)
                finally:
                    self.window.close()

        monkeypatch.setattr(main, "Program", Piloted)
        status = open_window(Settings(), theme)
        for error in errors:
            raise error
        assert status == 0

    yield run
    sys.setswitchinterval(interval_s)
    for window in windows:
        window.deleteLater()


def test_that_it_opens_trains_and_ends_when_its_window_is_closed(run: Run) -> None:
    batches = []

    def do(pilot: Pilot) -> None:
        assert pilot.window.isVisible()
        pilot.play(20)
        batches.append(pilot.batch)

    run(do)
    assert batches[0] >= 20


def test_that_the_window_comes_back_as_large_as_it_was(run: Run) -> None:
    sizes = []

    def do(pilot: Pilot) -> None:
        sizes.append(pilot.window.size())
        pilot.window.resize(pilot.window.minimumSizeHint().grownBy(QMargins(0, 0, 30, 40)))

    assert Preferences().geometry is None
    run(do)
    assert Preferences().geometry is not None
    run(do)
    run(do)
    assert sizes[1] == sizes[2] != sizes[0]


def test_that_the_remembered_theme_is_worn_unless_another_is_asked_for(run: Run) -> None:
    seen = []

    def do(pilot: Pilot) -> None:
        seen.append([name for name in ("Dark", "Light") if pilot.action(name).isChecked()])

    Preferences().theme = "light"
    run(do)
    run(do, theme="dark")
    assert seen == [["Light"], ["Dark"]]
    assert Preferences().theme == "light"


def test_that_an_error_of_the_window_is_told_and_it_lives_on(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("made on purpose")

    def do(pilot: Pilot) -> None:
        for _ in range(5):  # as an error in every frame would
            QTimer.singleShot(0, fail)
        box = pilot.dialog()
        assert box.text() == "An error in bpviz: made on purpose"
        assert "Traceback" in box.detailedText()
        QApplication.processEvents()
        assert len(pilot.window.findChildren(QMessageBox)) == 1
        pilot.press("Return")
        pilot.wait(lambda: pilot.window.findChild(QMessageBox) is None)
        pilot.step()

    run(do)
    assert "ZeroDivisionError: made on purpose" in capsys.readouterr().err
