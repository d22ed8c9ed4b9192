"""Teaching the network a drawing in the real window, and taking the lesson back."""

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from bpviz.app.drawing import OTHER_LESSON
from bpviz.data import Mnist, to_mnist
from bpviz.session.settings import Settings

from .by_hand import ByHand, assert_says, assert_shows, work_out
from .conftest import Launch, Pilot, trained

SIZES = (784, 16, 16, 10)
SEVEN = ((0.25, 0.2), (0.75, 0.2), (0.45, 0.85))
STAGES = 8
ADAM = Settings(optimizer="adam", learning_rate=0.01)


def open_window(launch: Launch, settings: Settings = ADAM, batches: int = 3) -> Pilot:
    pilot = launch(settings)
    pilot.wait(lambda: pilot.figure("validation") != "")
    for _ in range(batches):
        pilot.step()
    return pilot


def say(pilot: Pilot, label: int) -> None:
    """Choose a label with the mouse."""
    box = pilot.window.draw.teach.lesson_label
    pilot.click(box)
    menu = box.view()
    pilot.wait(menu.isVisible)
    at = menu.visualRect(box.model().index(label + 1, 0)).center()
    for way in (QPoint(9, 9), at):
        QTest.mouseMove(menu.viewport(), way)
    pilot.click(menu.viewport(), at)
    pilot.wait(lambda: not menu.isVisible())
    assert pilot.window.draw.teach.label == label


def by_hand(pilot: Pilot, label: int) -> ByHand:
    """Work out the drawing's way through the network on screen, and the blame's way back."""
    x = to_mnist(pilot.window.draw.ink()).ravel() / 255.0
    return work_out(pilot.params, SIZES, x[None], np.eye(10)[label : label + 1])


def state(pilot: Pilot) -> dict[str, Any]:
    """Return everything that decides how the training goes on, to the last bit."""
    pilot.settle()
    session = pilot.session

    def bits(value: Any) -> Any:
        return (value.dtype, value.tobytes()) if isinstance(value, np.ndarray) else value

    optimizer = {name: bits(value) for name, value in vars(session._optimizer).items()}
    batches = {name: bits(value) for name, value in vars(session._batches).items()}
    return {
        "params": bits(session.network.params),
        "optimizer": optimizer,
        "batches": batches,
        "course": tuple(session.history.losses),
    }


def percents(pilot: Pilot, label: int) -> list[float]:
    words = pilot.window.draw.teach.words()
    match = re.search(rf"{label}: ([\d.]+) % → ([\d.]+) %", words)
    assert match, words
    return [float(text) for text in match.groups()]


def learn(pilot: Pilot) -> None:
    before = pilot.params.tobytes()
    pilot.click(pilot.window.draw.teach.learn)
    pilot.wait(lambda: pilot.params.tobytes() != before)


@pytest.mark.parametrize("settings", [ADAM, Settings()])
def test_that_a_drawing_is_learnt_once_and_the_lesson_taken_back_bit_by_bit(
    launch: Launch, small_mnist: Mnist, settings: Settings
) -> None:
    pilot = open_window(launch, settings)
    teach = pilot.window.draw.teach
    pilot.draw(*SEVEN)
    say(pilot, 7)
    before, start, bars = by_hand(pilot, 7), state(pilot), pilot.window.draw.prediction.text_of(7)
    assert not teach.undo.isEnabled()

    learn(pilot)
    after = by_hand(pilot, 7)
    shown = percents(pilot, 7)
    expected = [100 * float(batch.a[2][0, 7]) for batch in (before, after)]
    assert shown == pytest.approx(expected, abs=0.051)
    assert shown[1] > shown[0]
    assert shown[0] == float(bars)
    assert shown[1] == float(pilot.window.draw.prediction.text_of(7))
    learnt = state(pilot)
    assert learnt["params"] != start["params"]
    assert learnt["batches"] == start["batches"]  # a lesson is no part of the course
    assert learnt["course"] == start["course"]
    assert pilot.batch == 3
    if settings.optimizer == "sgd":
        params = np.frombuffer(start["params"][1], np.float32) - 0.1 * before.gradient
        assert pilot.params == pytest.approx(params, abs=1e-6)
    else:
        assert learnt["optimizer"] != start["optimizer"]

    pilot.click(teach.undo)
    pilot.wait(lambda: not teach.undo.isEnabled())
    assert state(pilot) == start
    assert "→" not in teach.words()
    assert pilot.window.draw.prediction.text_of(7) == bars
    # And so the training goes on as if there had been no lesson.
    pilot.step()
    session = trained(small_mnist, 4, settings)
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_a_lesson_inside_a_batch_leaves_that_batch_to_come(
    launch: Launch, small_mnist: Mnist
) -> None:
    pilot = open_window(launch)
    pilot.draw(*SEVEN)
    say(pilot, 7)
    for _ in range(5):
        pilot.next_stage()
    start = state(pilot)
    learn(pilot)
    pilot.press("Ctrl+Shift+Z")
    pilot.wait(lambda: not pilot.window.draw.teach.undo.isEnabled())
    assert state(pilot) == start
    pilot.step()
    session = trained(small_mnist, 4, ADAM)
    assert pilot.params.tobytes() == session.network.params.tobytes()


def test_that_a_lesson_is_walked_through_stage_by_stage(launch: Launch) -> None:
    pilot = open_window(launch)
    ribbon, teach = pilot.window.ribbon, pilot.window.draw.teach
    pilot.draw(*SEVEN)
    say(pilot, 7)
    start, batch = state(pilot), by_hand(pilot, 7)
    before = pilot.stage
    pilot.press("Ctrl+K")
    pilot.wait(lambda: pilot.stage is not before)
    assert pilot.window.strip.text_of(0) == "your drawing"
    fire = int((batch.a[0] > 0).sum())
    assert ribbon.text_of("forward").startswith(f"Layer 1 of 3: {fire} of 16 neurons fire")
    assert ribbon.text_of("loss").startswith("Not yet")
    pilot.next_stage()
    pilot.next_stage()
    guess = int(batch.a[2].argmax())
    assert ribbon.text_of("forward").startswith(f"It says {guess} with ")
    assert ribbon.text_of("forward").endswith("You drew a 7.") == (guess != 7)
    pilot.next_stage()
    text = ribbon.text_of("loss")
    assert text.startswith("Your 7 got ")
    assert_shows(text.rpartition("loss ")[2], batch.loss)
    for _ in range(3):
        pilot.next_stage()
    assert state(pilot)["params"] == start["params"]
    assert re.match(
        r"Would lower the loss on your drawing from [\d.]+ to [\d.]+\.", ribbon.text_of("update")
    )
    pilot.next_stage()
    after = by_hand(pilot, 7)
    assert_says(
        ribbon.text_of("update"),
        "Lowered the loss on your drawing from {} to {}.",
        batch.loss,
        after.loss,
    )
    expected = [100 * float(each.a[2][0, 7]) for each in (batch, after)]
    assert percents(pilot, 7) == pytest.approx(expected, abs=0.051)
    assert pilot.batch == 3
    pilot.click(teach.undo)
    pilot.wait(lambda: not teach.undo.isEnabled())
    assert state(pilot) == start
    # → goes on with the batches.
    pilot.next_stage()
    assert pilot.window.strip.text_of(0) == "mean\nall 32"


def test_that_a_lesson_under_way_goes_on_and_says_so_when_the_pad_is_cleared(
    launch: Launch,
) -> None:
    pilot = open_window(launch)
    teach = pilot.window.draw.teach
    pilot.draw(*SEVEN)
    say(pilot, 7)
    before = pilot.stage
    pilot.press("Ctrl+K")
    pilot.wait(lambda: pilot.stage is not before)
    assert teach.words() != OTHER_LESSON
    pilot.click(pilot.window.draw.clear)
    assert teach.words() == OTHER_LESSON
    for _ in range(STAGES - 2):
        pilot.next_stage()
        assert teach.words() == OTHER_LESSON
    pilot.next_stage()
    assert teach.words().startswith("7: ")
    pilot.click(teach.undo)
    pilot.wait(lambda: not teach.undo.isEnabled())
    assert teach.words() == "Draw a digit first"


def test_that_the_wish_is_where_ink_would_lower_the_loss(launch: Launch) -> None:
    pilot = open_window(launch)
    wish = pilot.window.draw.teach.wish
    pilot.draw(*SEVEN)
    assert wish.values() is None  # nobody has said what it is
    pictures: list[NDArray[np.float32]] = []
    for label in (7, 2):
        say(pilot, label)
        values = wish.values()
        assert values is not None
        batch = by_hand(pilot, label)
        expected = -(batch.delta[0] @ batch.W[0].T)[0]
        assert values.ravel() == pytest.approx(expected, abs=1e-5 * abs(expected).max())
        pictures.append(values)
    assert not np.allclose(pictures[0], pictures[1])
    # A little ink where it is wished for the most lowers the loss as the picture says.
    batch, pixel = by_hand(pilot, 2), int(np.argmax(pictures[1]))
    x = batch.x.copy()
    x[0, pixel] += 1e-4
    moved = work_out(pilot.params, SIZES, x, batch.y)
    slope = (moved.loss - batch.loss) / 1e-4
    assert slope == pytest.approx(-float(pictures[1].max()), rel=1e-2)
    pilot.press("C")
    assert wish.values() is None


def test_that_an_example_says_itself_what_it_is(launch: Launch) -> None:
    pilot = open_window(launch)
    pilot.press("X")
    caption = next(
        label.text()
        for label in pilot.window.draw.findChildren(type(pilot.label("lesson_words")))
        if label.text().startswith("test picture")
    )
    label = int(caption[-1])
    teach = pilot.window.draw.teach
    assert teach.label == label
    assert teach.learn.isEnabled()
    assert teach.wish.values() is not None
    pilot.press("Ctrl+L")
    pilot.wait(teach.undo.isEnabled)
    shown = percents(pilot, label)
    assert shown[1] == pytest.approx(100 * float(by_hand(pilot, label).a[2][0, label]), abs=0.051)


def test_that_a_lesson_is_final_once_training_goes_on(launch: Launch) -> None:
    pilot = open_window(launch)
    teach = pilot.window.draw.teach
    pilot.draw(*SEVEN)
    say(pilot, 7)

    def walk() -> None:
        for _ in range(STAGES):
            pilot.next_stage()

    def play() -> None:
        pilot.play(1)
        pilot.pause()

    for go_on in (walk, play, pilot.step):
        learn(pilot)
        assert teach.undo.isEnabled()
        go_on()
        trained_on = state(pilot)
        assert not teach.undo.isEnabled()
        assert "→" not in teach.words()
        pilot.press("Ctrl+Shift+Z")
        pilot.click(teach.undo)
        assert state(pilot) == trained_on


def test_that_a_lesson_while_it_plays_pauses_and_can_be_undone(launch: Launch) -> None:
    pilot = open_window(launch)
    teach = pilot.window.draw.teach
    pilot.draw(*SEVEN)
    say(pilot, 7)
    pilot.play(2)
    pilot.press("Ctrl+L")
    pilot.wait(lambda: teach.undo.isEnabled() and not pilot.playing)
    shown = percents(pilot, 7)
    assert shown[1] >= shown[0]
    pilot.press("Ctrl+Shift+Z")
    pilot.wait(lambda: not teach.undo.isEnabled())
    bars = float(pilot.window.draw.prediction.text_of(7))
    assert bars == shown[0]


def test_that_two_lessons_are_undone_one_by_one_from_the_last(launch: Launch) -> None:
    pilot = open_window(launch)
    teach = pilot.window.draw.teach
    pilot.draw(*SEVEN)
    say(pilot, 7)
    learn(pilot)
    once = state(pilot)
    learn(pilot)
    pilot.click(teach.undo)
    pilot.wait(lambda: not teach.undo.isEnabled())
    assert state(pilot) == once
