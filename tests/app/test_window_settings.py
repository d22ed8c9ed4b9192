"""The settings, opened and typed by keys."""

import pytest
from PySide6.QtWidgets import QApplication

from bpviz.data import Mnist, digits
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.views.geometry import Edge

from .conftest import Launch, Pilot, Reading, trained


def focus(pilot: Pilot, name: str) -> None:
    """Go with the Tab key to a field of the settings, which are opened if need be."""
    if not pilot.window.settings.isVisible():
        pilot.press("Ctrl+,")
    for _ in range(60):
        widget = QApplication.focusWidget()
        if widget is not None and widget.objectName() == name:
            return
        pilot.press("Tab")
    raise AssertionError(f"the Tab key does not lead to {name}")


def message(pilot: Pilot) -> str:
    label = pilot.window.settings.message
    assert label.isVisible()
    return label.text()


def test_that_the_settings_are_opened_and_closed_by_keys_and_mouse(pilot: Pilot) -> None:
    panel = pilot.window.settings
    assert not panel.isVisible()
    pilot.press("Ctrl+,")
    assert panel.isVisible()
    pilot.press("Escape")
    assert not panel.isVisible()
    pilot.click(pilot.window.controls.settings)
    assert panel.isVisible()
    pilot.press("Ctrl+,")
    assert not panel.isVisible()


# --- what applies at once -------------------------------------------------------------------------


def test_that_a_typed_rate_applies_without_a_new_network(pilot: Pilot, small_mnist: Mnist) -> None:
    for _ in range(3):
        pilot.step()
    focus(pilot, "learning_rate")
    pilot.type("0.01")
    pilot.wait(lambda: pilot.snapshot.settings.learning_rate == 0.01)
    assert pilot.batch == 3
    assert pilot.window.controls.settings.text().startswith("784 · 16 · 16 · 10  ReLU  SGD 0.01")
    pilot.step()
    assert pilot.snapshot.run == 1

    session = trained(small_mnist, 3)
    session.apply(Settings(learning_rate=0.01))
    session.next_batch()
    assert pilot.params.tobytes() == session.network.params.tobytes()
    assert pilot.losses.tobytes() == session.history.losses.tobytes()


def test_that_a_rate_typed_while_it_plays_applies_and_it_plays_on(pilot: Pilot) -> None:
    pilot.play()
    focus(pilot, "learning_rate")
    pilot.type("0,003")  # a comma is understood too
    pilot.wait(lambda: pilot.snapshot.settings.learning_rate == 0.003)
    batch = pilot.batch
    pilot.wait(lambda: pilot.batch > batch)
    assert pilot.playing
    assert pilot.snapshot.run == 1
    pilot.press("Escape")
    pilot.pause()


def test_that_a_batch_size_applies_once_it_is_typed_whole(pilot: Pilot, small_mnist: Mnist) -> None:
    pilot.step()
    sizes: list[int] = []
    pilot.window.settings.live_settings_changed.connect(lambda new: sizes.append(new.batch_size))
    focus(pilot, "batch_size")
    pilot.type("128")
    assert sizes == [128]  # not 1 and 12 on the way
    pilot.settle()
    pilot.step()
    session = trained(small_mnist, 1)
    session.apply(Settings(batch_size=128))
    session.next_batch()
    assert pilot.params.tobytes() == session.network.params.tobytes()
    assert pilot.figure("batch") == "batch 2 / 6 · 2 in all"  # 608 pictures are left: 5 batches


def test_that_another_optimizer_brings_its_usual_rate(pilot: Pilot) -> None:
    focus(pilot, "optimizer")
    pilot.press("End")
    pilot.wait(lambda: pilot.snapshot.settings.optimizer == "adam")
    assert pilot.snapshot.settings.learning_rate == 0.001
    assert pilot.window.settings.learning_rate.currentText() == "0.001"
    assert "Adam 0.001" in pilot.window.controls.settings.text()
    assert pilot.snapshot.run == 1


def test_that_a_reset_keeps_what_was_applied(pilot: Pilot) -> None:
    start = pilot.params.tobytes()
    focus(pilot, "learning_rate")
    pilot.type("0.01")
    pilot.step()
    pilot.press("Ctrl+R")
    pilot.wait(lambda: pilot.snapshot.run == 2)
    assert pilot.params.tobytes() == start
    assert pilot.snapshot.settings.learning_rate == 0.01


# --- what needs a new network ---------------------------------------------------------------------


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_that_other_layers_start_a_new_network_when_the_button_is_pressed(
    pilot: Pilot, small_mnist: Mnist, by: str
) -> None:
    for _ in range(3):
        pilot.step()
    panel = pilot.window.settings
    focus(pilot, "hidden")
    assert not panel.restart.isEnabled()
    pilot.type("12, 8")
    assert message(pilot) == (
        "This needs a new network: the 3 batches trained so far will be dropped."
    )
    pilot.settle()
    assert pilot.batch == 3  # not before the button is pressed
    assert pilot.snapshot.run == 1

    if by == "mouse":
        pilot.click(panel.restart)
    else:
        pilot.press("Ctrl+Return")
    pilot.wait(lambda: pilot.snapshot.run == 2)
    assert not panel.isVisible()
    assert pilot.snapshot.sizes == (784, 12, 8, 10)
    assert pilot.window.controls.settings.text().startswith("784 · 12 · 8 · 10")
    assert len(pilot.window.network.view.layout_px.columns[1].y) == 12
    assert pilot.batch == 0
    assert len(pilot.losses) == 0
    expected = Session(Settings(hidden=(12, 8)), digits(small_mnist)).network.params
    assert pilot.params.tobytes() == expected.tobytes()
    pilot.step()


def test_that_a_network_without_hidden_layers_can_be_had(pilot: Pilot) -> None:
    focus(pilot, "hidden")
    pilot.press("Ctrl+A")
    pilot.press("Backspace")
    pilot.press("Ctrl+Return")
    pilot.wait(lambda: pilot.snapshot.sizes == (784, 10))
    pilot.step()
    pilot.window.network.view.grab()


def test_that_every_choice_of_the_form_can_be_trained(pilot: Pilot, small_mnist: Mnist) -> None:
    for name, keys in (
        ("activation", ["Down", "Down"]),
        ("output", ["Down"]),
        ("loss", ["Down"]),
        ("initializer", ["Down"]),
    ):
        focus(pilot, name)
        for key in keys:
            pilot.press(key)
    focus(pilot, "seed")
    pilot.type("7")
    pilot.press("Ctrl+Return")
    pilot.wait(lambda: pilot.snapshot.run == 2)
    settings = pilot.snapshot.settings
    assert settings.seed == 7
    differing = settings.needs_new_network(Settings())
    assert set(differing) == {"activation", "output", "loss", "initializer", "seed"}
    pilot.step()
    session = trained(small_mnist, 1, settings)
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_what_was_typed_and_not_used_is_forgotten_with_a_new_seed(pilot: Pilot) -> None:
    focus(pilot, "hidden")
    pilot.write("9")
    pilot.click(pilot.window.controls.new_seed)
    pilot.wait(lambda: pilot.snapshot.run == 2)
    assert pilot.window.settings.hidden.text() == "16, 16"
    assert pilot.snapshot.sizes == (784, 16, 16, 10)


# --- what cannot be used --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("learning_rate", "fast", "must be a number such as 0.1, not “fast”"),
        ("learning_rate", "-1", "must be a finite number above 0"),
        ("learning_rate", "nan", "must be a finite number above 0"),
        ("learning_rate", "", "must be a number"),
        ("weight_decay", "-0.5", "must be a finite number, 0 or more"),
        ("hidden", "16, x", "whole numbers such as “16, 16”, or “none”, not “16, x”"),
        ("hidden", "16, 0", "1 to 8,192 neurons, not 0"),
        ("hidden", "8000, 8000", "use fewer or narrower layers"),
        ("hidden", " ".join(["2"] * 13), "at most 12 hidden layers, not 13"),
    ],
)
def test_that_what_cannot_be_used_is_told_and_changes_nothing(
    pilot: Pilot, small_mnist: Mnist, name: str, text: str, words: str
) -> None:
    pilot.step()
    focus(pilot, name)
    pilot.press("Ctrl+A")
    pilot.press("Backspace")
    pilot.type(text)
    assert words in message(pilot)
    assert not pilot.window.settings.restart.isEnabled() or name != "hidden"
    pilot.press("Ctrl+Return")
    pilot.step()
    assert (pilot.snapshot.run, pilot.snapshot.settings) == (1, Settings())
    session = trained(small_mnist, 2)
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_a_mended_mistake_is_forgotten(pilot: Pilot) -> None:
    focus(pilot, "hidden")
    pilot.type("16, x")
    assert "whole numbers" in message(pilot)
    pilot.type("16, 16")
    assert "whole numbers" not in message(pilot)
    assert not pilot.window.settings.restart.isEnabled()


def test_that_what_is_typed_into_a_field_is_no_shortcut(pilot: Pilot) -> None:
    speed, mode = pilot.window.controls.speed.value(), pilot.window.network.mode.choice
    focus(pilot, "hidden")
    pilot.press("Ctrl+A")
    pilot.write("2, 3 1.")
    assert pilot.window.settings.hidden.text() == "2, 3 1."
    focus(pilot, "learning_rate")
    pilot.press("Ctrl+A")
    pilot.write("0.2")
    focus(pilot, "seed")
    pilot.press("Ctrl+A")
    pilot.write("23")
    pilot.settle()
    assert not pilot.playing
    assert pilot.batch == 0
    assert pilot.window.controls.speed.value() == speed
    assert pilot.window.network.mode.choice == mode


def test_that_settings_changed_before_the_pictures_are_read_are_kept(
    launch: Launch, reading: Reading
) -> None:
    pilot = launch(load=reading)
    focus(pilot, "learning_rate")
    pilot.type("0.01")
    reading.go_on.set()
    pilot.wait(lambda: pilot.figure("validation") != "")
    pilot.settle()
    assert pilot.snapshot.settings.learning_rate == 0.01
    assert "SGD 0.01" in pilot.window.controls.settings.text()


# --- beside what else goes on ---------------------------------------------------------------------


def test_that_the_settings_of_the_digits_do_not_reach_a_worked_example(pilot: Pilot) -> None:
    pilot.press("Ctrl+,")
    pilot.press("Alt+2")
    pilot.wait(lambda: pilot.snapshot.task.inputs is not None)
    assert not pilot.window.settings.isVisible()
    assert pilot.window.focusWidget() is pilot.window.network.view
    pilot.press("Ctrl+,")
    assert not pilot.window.settings.isVisible()
    assert not pilot.window.controls.settings.isEnabled()
    pilot.press("Alt+0")
    pilot.wait(lambda: pilot.snapshot.task.inputs is None)
    pilot.press("Ctrl+,")
    assert pilot.window.settings.isVisible()


def test_that_the_nudges_curve_comes_although_a_setting_is_changed_meanwhile(pilot: Pilot) -> None:
    pilot.step()
    pilot.program.controller.inspection.inspect(Edge(1, 0, 1))
    pilot.window.inspector.page.choose("nudge")
    slider = pilot.window.nudge.slider
    for _ in range(3):
        pilot.settle()  # applies settings while the curve is worked out
    pilot.wait(slider.isEnabled)


def test_that_examples_opened_and_left_at_once_leave_the_digits(pilot: Pilot) -> None:
    pilot.step()
    params = pilot.params.tobytes()
    for keys in ("Alt+1", "Alt+2", "Alt+0", "Alt+3", "Alt+0"):
        pilot.press(keys)
    pilot.settle()
    pilot.wait(lambda: pilot.snapshot.task.inputs is None and pilot.snapshot.run > 5)
    assert pilot.window.draw.isVisible()
    assert not pilot.window.example.isVisible()
    assert pilot.params.tobytes() == params
    assert pilot.window.controls.settings.text().startswith("784 · 16 · 16 · 10")
    pilot.step()
