"""Closing the window ends the thread, whatever it was doing."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from bpviz.data import Mnist, load_mnist
from bpviz.session.settings import Settings

from .conftest import LEFT, Launch, Pilot, Reading


def assert_closes(pilot: Pilot) -> None:
    thread = pilot.worker_thread
    assert thread.isRunning()
    assert pilot.window.close()
    assert thread.isFinished()
    assert not pilot.window.isVisible()


def test_that_it_closes_while_it_trains(pilot: Pilot) -> None:
    pilot.play()
    assert_closes(pilot)


def test_that_it_closes_by_key_while_it_trains(pilot: Pilot) -> None:
    thread = pilot.worker_thread
    pilot.play()
    pilot.press("Ctrl+Q")
    pilot.wait(lambda: not pilot.window.isVisible())
    assert thread.isFinished()


def test_that_it_closes_while_it_rests(pilot: Pilot) -> None:
    pilot.step()
    assert_closes(pilot)


def test_that_it_closes_right_after_it_was_opened(launch: Launch) -> None:
    assert_closes(launch(load=load_mnist))


def test_that_it_closes_while_the_pictures_are_read(launch: Launch, reading: Reading) -> None:
    pilot = launch(load=reading)
    pilot.wait(reading.begun.is_set)
    # What was asked for meanwhile does no harm.
    for keys in ("Space", "Shift+Right", "Ctrl+R", "Ctrl+T", "X"):
        pilot.press(keys)
    pilot.window.closing.disconnect(pilot.program.trainer.close)
    pilot.window.closing.connect(reading.go_on.set)  # just before the thread is waited for
    pilot.window.closing.connect(pilot.program.trainer.close)
    assert_closes(pilot)


def test_that_it_closes_while_it_evaluates_the_test_set(launch: Launch, mnist: Mnist) -> None:
    pilot = launch(Settings(hidden=(512, 512)), load=lambda: mnist)
    pilot.wait(lambda: pilot.figure("batch") != "")
    pilot.press("Ctrl+T")
    assert_closes(pilot)


def test_that_it_closes_in_the_midst_of_a_large_batch(launch: Launch, mnist: Mnist) -> None:
    pilot = launch(Settings(hidden=(512, 512), batch_size=1200), load=lambda: mnist)
    pilot.wait(lambda: pilot.figure("batch") != "")
    for _ in range(3):
        pilot.press("Shift+Right")
    pilot.press("Space")
    assert_closes(pilot)


def test_that_it_closes_while_it_is_drawn(pilot: Pilot) -> None:
    pilot.play()
    QTest.mousePress(pilot.window.draw.canvas, LEFT, pos=QPoint(60, 60))
    QTest.mouseMove(pilot.window.draw.canvas, QPoint(90, 90))
    assert_closes(pilot)


@pytest.mark.parametrize("keys", ["Ctrl+,", "F10", "Shift+X"], ids=["settings", "menu", "examples"])
def test_that_it_closes_while_something_is_open(pilot: Pilot, keys: str) -> None:
    pilot.play()
    pilot.press(keys)
    assert_closes(pilot)


def test_that_it_quits_from_its_menu(pilot: Pilot) -> None:
    thread = pilot.worker_thread
    pilot.play()
    pilot.press("F10")
    pilot.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    pilot.press("Up")  # the last entry
    pilot.press("Return")
    pilot.wait(lambda: not pilot.window.isVisible())
    assert thread.isFinished()


def test_that_closing_twice_does_no_harm(pilot: Pilot) -> None:
    pilot.play()
    assert_closes(pilot)
    pilot.window.close()
    pilot.program.trainer.close()


def test_that_two_windows_train_side_by_side_and_one_outlives_the_other(launch: Launch) -> None:
    first, second = launch(), launch(Settings(seed=1))
    for pilot in (first, second):
        pilot.wait(lambda pilot=pilot: pilot.figure("validation") != "")  # type: ignore[misc]
        pilot.click(pilot.window.controls.play)
        pilot.wait(lambda pilot=pilot: pilot.playing and pilot.batch > 0)  # type: ignore[misc]
    assert_closes(first)
    batch = second.batch
    second.wait(lambda: second.batch > batch)
    assert second.snapshot.settings.seed == 1
