"""Drawing with the mouse, and what the network makes of it."""

import re
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QMenu, QSpinBox

from bpviz.data import Mnist, as_input, from_mnist, to_mnist
from bpviz.session.settings import Settings
from bpviz.views.network_state import NetworkState

from .conftest import EPOCH, Launch, Pilot, Reading

LEFT = Qt.MouseButton.LeftButton
SEVEN = ((0.25, 0.2), (0.75, 0.2), (0.45, 0.85))


def bars(pilot: Pilot) -> list[str]:
    return [pilot.window.draw.prediction.text_of(row) for row in range(10)]


def assert_answers(pilot: Pilot) -> None:
    """Work out independently what the bars should say, from the parameters and the ink."""
    *_, a = forward(pilot)
    assert [float(text) for text in bars(pilot)] == pytest.approx(100 * a, abs=0.051)


def forward(pilot: Pilot) -> list[NDArray[np.float64]]:
    """Return the activations of a ReLU network with softmax outputs, the input first."""
    ink = pilot.window.draw.ink()
    layers = [np.divide(to_mnist(ink).ravel(), 255, dtype=np.float64)]
    rest = pilot.params.astype(np.float64)
    sizes = pilot.snapshot.sizes
    for n_in, n_out in pairwise(sizes):
        W, b, rest = np.split(rest, [n_in * n_out, (n_in + 1) * n_out])
        z = layers[-1] @ W.reshape(n_in, n_out) + b
        layers.append(np.maximum(z, 0))
    powers = np.exp(z - z.max())
    layers[-1] = powers / powers.sum()
    return layers


def caption(pilot: Pilot) -> str:
    texts = [label.text() for label in pilot.window.draw.findChildren(QLabel)]
    return next((text for text in texts if text.startswith("test picture")), "")


# --- pen ------------------------------------------------------------------------------------------


def test_that_the_bars_follow_the_pen_while_the_button_is_down(pilot: Pilot) -> None:
    pad = pilot.window.draw.canvas
    assert bars(pilot) == ["–"] * 10
    seen = [bars(pilot)]
    QTest.mousePress(pad, LEFT, pos=QPoint(60, 60))
    for place in (QPoint(120, 60), QPoint(180, 60), QPoint(150, 120), QPoint(120, 200)):
        QTest.mouseMove(pad, place)
        assert_answers(pilot)
        assert bars(pilot) not in seen
        seen.append(bars(pilot))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(120, 200))
    assert bars(pilot) == seen[-1]


def test_that_what_the_network_sees_is_shown_beside_the_pad(pilot: Pilot) -> None:
    seen_as = pilot.window.draw.seen_as
    blank = seen_as.grab().toImage()
    side, middle = blank.width(), blank.height() // 2
    assert len({blank.pixel(x, middle) for x in range(2, side - 2)}) == 1
    pilot.draw((0.05, 0.1), (0.2, 0.3))  # small, in a corner
    drawn = seen_as.grab().toImage()
    corner = drawn.size() / 2
    assert drawn.pixel(corner.width(), corner.height()) != blank.pixel(2, 2)  # large, in the middle
    pilot.press("C")
    assert seen_as.grab().toImage() == blank


def test_that_an_untrained_network_says_so_until_its_first_batch(pilot: Pilot) -> None:
    note = pilot.window.draw.prediction.note
    assert note().startswith("Untrained")
    pilot.draw(*SEVEN)
    assert note().startswith("Untrained")
    pilot.step()
    assert note() == ""
    pilot.press("Ctrl+R")
    pilot.wait(lambda: note().startswith("Untrained"))
    assert_answers(pilot)


def test_that_the_answer_keeps_up_with_the_training(pilot: Pilot) -> None:
    pilot.draw(*SEVEN)
    before = bars(pilot)
    pilot.play(EPOCH)
    pilot.pause()
    assert_answers(pilot)
    assert bars(pilot) != before


def test_that_it_can_be_drawn_before_the_pictures_are_read(
    launch: Launch, reading: Reading
) -> None:
    pilot = launch(load=reading)
    pilot.draw(*SEVEN)
    assert bars(pilot) == ["–"] * 10
    reading.go_on.set()
    pilot.wait(lambda: bars(pilot) != ["–"] * 10)
    assert_answers(pilot)


def test_that_it_can_be_drawn_while_it_plays(pilot: Pilot) -> None:
    pilot.play()
    pilot.draw(*SEVEN)
    assert bars(pilot) != ["–"] * 10
    batch = pilot.batch
    pilot.wait(lambda: pilot.batch > batch)
    pilot.pause()


# --- tools ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_that_undo_and_clear_take_ink_away_and_the_answer_with_it(pilot: Pilot, by: str) -> None:
    draw = pilot.window.draw
    pilot.draw(*SEVEN)
    seven, first = draw.ink(), bars(pilot)
    pilot.draw((0.2, 0.5), (0.8, 0.5))
    assert bars(pilot) != first

    def undo() -> None:
        pilot.press("Ctrl+Z") if by == "key" else pilot.click(draw.undo)

    undo()
    assert np.array_equal(draw.ink(), seven)
    assert bars(pilot) == first
    pilot.press("C") if by == "key" else pilot.click(draw.clear)
    assert not draw.ink().any()
    assert bars(pilot) == ["–"] * 10
    undo()
    assert np.array_equal(draw.ink(), seven)
    assert bars(pilot) == first


def test_that_the_eraser_erases_and_the_pen_draws_again(pilot: Pilot) -> None:
    draw = pilot.window.draw
    pilot.draw((0.2, 0.5), (0.8, 0.5))
    full = draw.ink()
    pilot.press("E")
    assert draw.eraser.isChecked()
    pilot.draw((0.5, 0.3), (0.5, 0.7))
    gap = draw.ink()
    assert gap[140, 140] == 0
    assert gap[140, 80] == 255
    assert_answers(pilot)
    pilot.click(draw.pen)
    pilot.draw((0.2, 0.5), (0.8, 0.5))
    assert np.array_equal(draw.ink(), full)


def test_that_the_right_button_erases(pilot: Pilot) -> None:
    pilot.draw((0.2, 0.5), (0.8, 0.5))
    pad = pilot.window.draw.canvas
    QTest.mouseClick(pad, Qt.MouseButton.RightButton, pos=pad.rect().center())
    assert pilot.window.draw.ink()[140, 140] == 0
    assert_answers(pilot)


# --- test pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_that_the_example_button_puts_a_test_picture_on_the_pad_and_says_which(
    pilot: Pilot, small_mnist: Mnist, by: str
) -> None:
    draw = pilot.window.draw
    pilot.press("X") if by == "key" else pilot.click(draw.example)
    assert_shows_a_test_picture(pilot, small_mnist)
    pilot.draw((0.02, 0.5), (0.98, 0.5))
    assert caption(pilot) == ""  # it is not the test picture any more


def assert_shows_a_test_picture(pilot: Pilot, mnist: Mnist) -> int:
    """Return its digit."""
    match = re.fullmatch(r"test picture ([\d,]+), a\s(\d)", caption(pilot))
    assert match is not None
    number, digit = int(match[1].replace(",", "")), int(match[2])
    picture = mnist.test.x[number].reshape(28, 28)
    assert np.array_equal(pilot.window.draw.ink(), from_mnist(picture, 280))
    assert digit == mnist.test.y[number]
    assert_answers(pilot)
    return digit


def test_that_examples_differ(pilot: Pilot) -> None:
    captions = set()
    for _ in range(8):
        pilot.press("X")
        captions.add(caption(pilot))
    assert len(captions) > 1


def test_that_an_example_of_one_digit_is_chosen_by_keys(pilot: Pilot, small_mnist: Mnist) -> None:
    for digit in (0, 7):
        pilot.press("Shift+X")
        pilot.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        for _ in range(2 + digit):  # the first is any digit
            pilot.press("Down")
        pilot.press("Return")
        pilot.wait(lambda: QApplication.activePopupWidget() is None)
        assert assert_shows_a_test_picture(pilot, small_mnist) == digit


def test_that_an_example_is_chosen_by_its_number(pilot: Pilot, small_mnist: Mnist) -> None:
    pilot.press("Shift+X")
    pilot.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    pilot.press("Up")
    pilot.press("Return")
    pilot.wait(lambda: isinstance(QApplication.focusWidget(), QSpinBox))
    pilot.type("42")
    pilot.wait(lambda: pilot.window.findChild(QInputDialog) is None)
    assert caption(pilot).startswith("test picture 42, a")
    assert assert_shows_a_test_picture(pilot, small_mnist) == small_mnist.test.y[42]


def test_that_an_example_asked_for_before_the_pictures_are_read_does_no_harm(
    launch: Launch, reading: Reading
) -> None:
    pilot = launch(load=reading)
    pilot.press("X")
    assert not pilot.window.draw.ink().any()
    reading.go_on.set()
    pilot.wait(lambda: pilot.figure("validation") != "")
    pilot.press("X")
    assert pilot.window.draw.ink().any()


# --- the drawing in the network -------------------------------------------------------------------


def test_that_the_switch_shows_the_drawings_activations_in_the_network(pilot: Pilot) -> None:
    pilot.step()
    pilot.draw(*SEVEN)
    assert_shows_the_batch(pilot)

    pilot.press("T")
    assert pilot.window.draw.through_network.isChecked()
    assert_shows_the_drawing(pilot)
    pilot.draw((0.3, 0.5), (0.7, 0.5))
    assert_shows_the_drawing(pilot)
    pilot.step()
    assert_shows_the_drawing(pilot)
    pilot.play(EPOCH)
    pilot.pause()
    assert_shows_the_drawing(pilot)

    pilot.press("T")
    assert_shows_the_batch(pilot)


def network_state(pilot: Pilot) -> NetworkState:
    state = pilot.window.network.view._state
    assert state is not None
    return state


def assert_shows_the_batch(pilot: Pilot) -> None:
    """The mean of its pictures, as the network was before their update."""
    state, glance = network_state(pilot), pilot.snapshot.glance
    assert glance is not None
    assert state.x == pytest.approx(glance.records.x.mean(axis=0))
    for layer, forward in zip(state.layers, glance.records.forwards, strict=True):
        assert layer.a == pytest.approx(forward.a.mean(axis=0))
        assert layer.delta is not None


def assert_shows_the_drawing(pilot: Pilot) -> None:
    state = network_state(pilot)
    x, *activations = forward(pilot)
    assert state.x == pytest.approx(x)
    for layer, expected in zip(state.layers, activations, strict=True):
        assert layer.a == pytest.approx(expected, rel=1e-4, abs=1e-5)
        assert layer.delta is None  # nobody said what the drawing is


def test_that_the_switch_works_by_mouse_and_without_a_drawing(pilot: Pilot) -> None:
    switch = pilot.window.draw.through_network
    pilot.step()
    pilot.click(switch, QPoint(14, switch.height() // 2))
    assert switch.isChecked()
    assert network_state(pilot).x is None
    assert all(layer.a is None for layer in network_state(pilot).layers)
    pilot.draw(*SEVEN)
    assert_shows_the_drawing(pilot)


def test_that_the_switch_holds_over_a_new_network(launch: Launch) -> None:
    pilot = launch(Settings(hidden=(12,)))
    pilot.wait(lambda: pilot.figure("validation") != "")
    pilot.press("T")
    pilot.draw(*SEVEN)
    run = pilot.snapshot.run
    pilot.press("Ctrl+Shift+R")
    pilot.wait(lambda: pilot.snapshot.run > run)
    assert_shows_the_drawing(pilot)


def test_that_the_bars_show_what_the_engine_predicts(pilot: Pilot, small_mnist: Mnist) -> None:
    pilot.press("X")
    ink = pilot.window.draw.ink()
    assert np.allclose(forward(pilot)[0], as_input(to_mnist(ink).ravel()))
    assert_answers(pilot)
