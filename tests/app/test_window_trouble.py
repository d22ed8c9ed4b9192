"""What goes wrong is told, and the window lives on."""

import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton

from bpviz.data import DataError, Mnist
from bpviz.session.session import Session
from bpviz.session.settings import Settings

from .conftest import EPOCH, Launch, Pilot, trained


def buttons(box: QMessageBox) -> dict[str, QPushButton]:
    found = {button.text().replace("&", ""): button for button in box.findChildren(QPushButton)}
    return {text: button for text, button in found.items() if button.isVisible()}


def dismiss(pilot: Pilot) -> None:
    pilot.dialog()
    pilot.press("Return")
    pilot.wait(lambda: pilot.window.findChild(QMessageBox) is None)


def fail(session: Session) -> None:
    raise ZeroDivisionError("made on purpose")


# --- the pictures ---------------------------------------------------------------------------------


def test_that_pictures_that_cannot_be_read_are_told_in_one_line_and_the_window_lives(
    launch: Launch,
) -> None:
    message = "/somewhere/mnist.npz is truncated or altered; reinstall bpviz"

    def load() -> Mnist:
        raise DataError(message)

    pilot = launch(load=load)
    box = pilot.dialog()
    assert box.text() == message
    assert "\n" not in box.text()
    assert set(buttons(box)) == {"OK"}  # nothing to copy: the line says all
    assert pilot.hint == message
    dismiss(pilot)

    pilot.draw((0.2, 0.2), (0.8, 0.8))
    assert pilot.window.draw.ink().any()
    assert not pilot.window.controls.play.isEnabled()
    for keys in ("Space", "Shift+Right", "Ctrl+R", "Ctrl+T", "X", "T", "Alt+Up", "Ctrl++"):
        pilot.press(keys)
    pilot.window.grab()
    assert pilot.worker_thread.isRunning()


# --- errors nobody expected -----------------------------------------------------------------------


def test_that_an_unexpected_error_is_told_with_details_to_copy(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    QGuiApplication.clipboard().clear()
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_walk_on", fail)
        pilot.press("Space")
        box = pilot.dialog()
    assert box.text() == "Training stopped by an error in bpviz: made on purpose"
    assert pilot.hint == box.text()
    assert not pilot.playing
    assert {"OK", "Copy details"} <= set(buttons(box))
    pilot.click(buttons(box)["Copy details"])
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Training stopped by an error in bpviz: made on purpose\n\nTraceback")
    assert copied.rstrip().endswith("ZeroDivisionError: made on purpose")


def test_that_training_goes_on_after_an_unexpected_error(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot.play()
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_walk_on", fail)
        pilot.dialog()
    dismiss(pilot)
    batch = pilot.batch
    pilot.step()
    assert pilot.batch == batch + 1
    pilot.play()
    pilot.pause()
    pilot.press("Ctrl+R")
    pilot.wait(lambda: pilot.batch == 0)


# --- divergence -----------------------------------------------------------------------------------


@pytest.fixture
def diverged(pilot: Pilot) -> Pilot:
    """Type a rate that is far too large, and play."""
    pilot.press("Ctrl+,")
    pilot.press("Tab")
    pilot.type("1e6")
    pilot.press("Escape")
    pilot.press("Space")
    pilot.dialog()
    return pilot


def test_that_a_divergence_pauses_and_says_where_and_why(diverged: Pilot) -> None:
    text = diverged.dialog().text()
    batch = len(diverged.losses)
    assert text.startswith(f"Batch {batch:,}: the ")
    assert " of layer " in text
    assert "the learning rate is too large (1e+06 here)" in text
    assert set(buttons(diverged.dialog())) == {"OK"}
    assert diverged.hint == text
    assert diverged.label("hint").isVisible()
    assert not diverged.playing
    assert diverged.batch == batch
    dismiss(diverged)
    diverged.settle()
    assert diverged.batch == batch  # it does not go on by itself


def test_that_after_a_divergence_the_window_paints_and_answers(diverged: Pilot) -> None:
    dismiss(diverged)
    diverged.draw((0.3, 0.2), (0.6, 0.8))
    for keys in ("W", "2", "G", "1", "L", "T", "Alt+Up", "Alt+Shift+Down"):
        diverged.press(keys)
        diverged.window.grab()


def test_that_after_a_divergence_a_reset_with_a_smaller_rate_trains(
    diverged: Pilot, small_mnist: Mnist
) -> None:
    dismiss(diverged)
    diverged.press("Ctrl+R")
    diverged.wait(lambda: diverged.batch == 0)
    diverged.press("Ctrl+,")
    diverged.press("Tab")
    diverged.type("0.1")
    diverged.press("Escape")
    diverged.play(EPOCH)
    diverged.pause()
    session = trained(small_mnist, diverged.batch)
    assert diverged.params.tobytes() == session.network.params.tobytes()
    assert diverged.losses.tobytes() == session.history.losses.tobytes()
    assert "stage by stage" in diverged.hint


def test_that_trouble_in_a_row_brings_one_dialog(launch: Launch) -> None:
    pilot = launch(Settings(learning_rate=1e30))
    pilot.wait(pilot.window.controls.next_batch.isEnabled)
    for _ in range(8):  # as a key held down does
        pilot.program.trainer.next_batch()
    pilot.wait(lambda: pilot.batch == 8)
    pilot.settle()
    assert len(pilot.window.findChildren(QMessageBox)) == 1
    assert pilot.dialog().text().startswith("Batch 2: ")
    dismiss(pilot)
    pilot.press("Shift+Right")
    assert pilot.dialog().text().startswith("Batch 9: ")


def test_that_it_closes_under_an_open_dialog(diverged: Pilot) -> None:
    thread = diverged.worker_thread
    assert diverged.window.close()
    assert thread.isFinished()


def test_that_the_dialog_is_closed_with_escape(diverged: Pilot) -> None:
    diverged.press("Escape")
    diverged.wait(lambda: diverged.window.findChild(QMessageBox) is None)
    assert sys.exc_info() == (None, None, None)
