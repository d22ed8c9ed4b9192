"""Moving one parameter by hand in the real window, and checking its gradient numerically."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.data import Mnist
from bpviz.session.settings import Settings
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.numbers import signed

from .by_hand import ByHand, assert_shows, batch_of, work_out
from .conftest import Launch, Pilot, trained

SIZES = (784, 16, 16, 10)
BACKWARD = 7  # stages, after which the whole gradient is known
WEIGHT, BIAS = Edge(2, 5, 7), Neuron(2, 5)
WEIGHT_AT = 784 * 16 + 16 + 16 * 16 + 16 + 5 * 10 + 7  # in the flat array
BIAS_AT = 784 * 16 + 16 + 16 * 16 + 5
LEFT = Qt.MouseButton.LeftButton


def open_tool(pilot: Pilot, part: Part, page: str, stages: int = BACKWARD) -> None:
    """Walk into the batch, look at a parameter, and turn to a page by its key."""
    for _ in range(stages):
        pilot.next_stage()
    pilot.program.controller.inspection.inspect(part)
    pilot.press(page)
    if page == "6":
        pilot.wait(lambda: len(pilot.window.nudge.plot.curve_points()) > 0)


def by_hand(pilot: Pilot, data: Mnist) -> ByHand:
    x, y, _ = batch_of(data)
    return work_out(pilot.params, SIZES, x, y)


def at(pilot: Pilot, position: int) -> QPoint:
    """Return where the slider's handle is at a position."""
    slider = pilot.window.nudge.slider
    return QPoint(round(slider.x_of(position)), slider.height() // 2)


def grasp(pilot: Pilot, position: int) -> float:
    """Press the mouse where the slider's handle would be, and return what that makes of it."""
    QTest.mousePress(pilot.window.nudge.slider, LEFT, pos=at(pilot, position))
    return value_tried(pilot)


def value_tried(pilot: Pilot) -> float:
    value = pilot.window.nudge.tried
    assert value is not None
    return value


def wait_for(pilot: Pilot, value: float, index: int = WEIGHT_AT) -> None:
    """Wait until the program's parameter has a value."""
    pilot.wait(lambda: pilot.params[index] == np.float32(value))


# --- the curve and its tangent --------------------------------------------------------------------


@pytest.mark.parametrize(("part", "index"), [(WEIGHT, WEIGHT_AT), (BIAS, BIAS_AT)])
def test_that_the_curve_is_the_loss_and_its_tangent_has_the_gradients_slope(
    pilot: Pilot, small_mnist: Mnist, part: Part, index: int
) -> None:
    params = pilot.params.astype(np.float64)
    x, y, _ = batch_of(small_mnist)
    batch = work_out(params, SIZES, x, y)
    open_tool(pilot, part, "6")
    card = pilot.window.nudge
    points = card.plot.curve_points()
    assert len(points) >= 20
    assert points[0][0] < params[index] < points[-1][0]
    for value, loss in points[:: len(points) // 20]:
        params[index] = value
        assert loss == pytest.approx(work_out(params, SIZES, x, y).loss, rel=2e-6)

    gradient = batch.gradient[index]
    assert_shows(card.slope_line.text(), gradient)
    assert card.slope_line.caption() == "slope of the line = gradient"
    ends = card.plot.tangent()
    assert ends is not None
    (x0, y0), (x1, y1) = ends
    assert (y1 - y0) / (x1 - x0) == pytest.approx(gradient, rel=1e-4)
    assert card.plot.center_point() == pytest.approx(
        (float(pilot.params[index]), batch.loss), rel=1e-6
    )
    step = card.plot.step_point()
    assert step is not None
    assert step[0] == pytest.approx(float(pilot.params[index]) - 0.1 * gradient, rel=1e-5)
    assert_shows(card.plot.step_text().replace("optimiser’s step ", ""), -0.1 * gradient)
    assert_shows(card.reading.text().split("loss ")[1], batch.loss)
    pilot.press("4")
    inspector = pilot.window.inspector
    shown = inspector.weight.headline if isinstance(part, Edge) else inspector.neuron.bias_gradient
    assert shown.text().startswith(card.slope_line.text())


def test_that_before_the_backward_pass_there_is_a_curve_without_a_tangent(pilot: Pilot) -> None:
    pilot.program.controller.inspection.inspect(WEIGHT)
    pilot.press("6")
    card = pilot.window.nudge
    assert "press →" in card.plot.note()
    pilot.next_stage()
    pilot.wait(lambda: len(card.plot.curve_points()) > 0)
    assert card.plot.tangent() is None
    assert card.plot.step_point() is None
    assert card.slope_line.caption() == "no gradient yet"


# --- moving it ------------------------------------------------------------------------------------


def test_that_a_drag_moves_the_parameter_and_letting_go_puts_it_back(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    x, y, _ = batch_of(small_mnist)
    start = pilot.params.copy()
    open_tool(pilot, WEIGHT, "6")
    card = pilot.window.nudge
    first = grasp(pilot, 10)
    wait_for(pilot, first)
    QTest.mouseMove(card.slider, at(pilot, 50))
    second = value_tried(pilot)
    assert second > first
    wait_for(pilot, second)
    assert (pilot.params != start).nonzero()[0].tolist() == [WEIGHT_AT]
    nudged = start.astype(np.float64)
    nudged[WEIGHT_AT] = second
    assert_shows(card.reading.text().split("loss ")[1], work_out(nudged, SIZES, x, y).loss)
    assert card.field.text() == signed(second)
    state = pilot.window.network.view._state
    assert state is not None
    assert state.parameters[2].W[5, 7] == np.float32(second)

    QTest.mouseRelease(card.slider, LEFT, pos=at(pilot, 50))
    pilot.settle()
    assert pilot.params.tobytes() == start.tobytes()
    assert pilot.session.network.params.tobytes() == start.tobytes()
    assert card.reading.text().startswith("tried: ")
    assert card.field.text() == signed(float(start[WEIGHT_AT]))
    # Nothing of it stays in the training.
    pilot.next_stage()
    assert pilot.params.tobytes() == trained(small_mnist, 1).network.params.tobytes()


def test_that_keep_keeps_the_value_tried_and_the_batch_is_done_anew_with_it(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    start = pilot.params.copy()
    open_tool(pilot, WEIGHT, "6")
    card = pilot.window.nudge
    value = grasp(pilot, 50)
    QTest.mouseRelease(card.slider, LEFT, pos=at(pilot, 50))
    pilot.settle()
    assert pilot.params.tobytes() == start.tobytes()
    assert card.keep.text() == f"Keep {signed(value)}"
    pilot.click(card.keep)
    wait_for(pilot, value)
    pilot.settle()
    assert (pilot.params != start).nonzero()[0].tolist() == [WEIGHT_AT]
    batch = by_hand(pilot, small_mnist)
    pilot.wait(lambda: bool(card.slope_line.text()))
    assert_shows(card.slope_line.text(), batch.gradient[WEIGHT_AT])
    assert_shows(pilot.window.ribbon.text_of("loss"), batch.loss)
    assert not card.keep.isEnabled()
    kept = pilot.params.astype(np.float64)
    pilot.next_stage()
    assert pilot.params == pytest.approx(kept - 0.1 * batch.gradient, abs=1e-7)


def test_that_a_typed_value_is_tried_and_put_back_or_kept(pilot: Pilot) -> None:
    start = pilot.params.copy()
    open_tool(pilot, WEIGHT, "6")
    card = pilot.window.nudge
    for end in ("Escape", "Shift+Tab", "Return"):
        pilot.click(card.field)
        pilot.press("Ctrl+A")
        pilot.write("0.123")
        wait_for(pilot, 0.123)
        assert card.reading.text().startswith("w = +0.123 → loss ")
        pilot.press(end)
        pilot.settle()
        assert pilot.window.inspector.part == WEIGHT
        if end != "Return":
            assert pilot.params.tobytes() == start.tobytes()
    assert pilot.params[WEIGHT_AT] == np.float32(0.123)
    assert (pilot.params != start).nonzero()[0].tolist() == [WEIGHT_AT]
    pilot.next_stage()  # by → at once: the keys are the window's again


def test_that_a_value_that_is_none_is_not_taken(pilot: Pilot) -> None:
    start = pilot.params.tobytes()
    open_tool(pilot, WEIGHT, "6")
    card = pilot.window.nudge
    pilot.click(card.field)
    pilot.press("Ctrl+A")
    pilot.write("1e")
    pilot.press("Return")
    pilot.settle()
    assert pilot.params.tobytes() == start
    assert "number" in card.reading.text()


@pytest.mark.parametrize("key", ["Right", "Shift+Right"])
def test_that_going_on_while_it_is_nudged_puts_it_back_first(
    pilot: Pilot, small_mnist: Mnist, key: str
) -> None:
    open_tool(pilot, WEIGHT, "6")
    value = grasp(pilot, 10)
    wait_for(pilot, value)
    pilot.press(key)
    pilot.wait(lambda: pilot.batch == 1)
    after = trained(small_mnist, 1).network.params.tobytes()
    assert pilot.params.tobytes() == after
    QTest.mouseRelease(pilot.window.nudge.slider, LEFT, pos=at(pilot, 10))
    pilot.settle()
    assert pilot.params.tobytes() == after
    assert pilot.session.network.params.tobytes() == after


def test_that_playing_takes_the_slider_away_and_puts_the_parameter_back(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    open_tool(pilot, WEIGHT, "6")
    wait_for(pilot, grasp(pilot, 10))
    pilot.play(2)
    card = pilot.window.nudge
    assert not card.slider.isEnabled()
    assert card.plot.note() == "Pause to nudge."
    QTest.mouseRelease(card.slider, LEFT, pos=at(pilot, 10))
    pilot.pause()
    pilot.wait(card.slider.isEnabled)
    expected = trained(small_mnist, pilot.batch).network.params.tobytes()
    assert pilot.params.tobytes() == expected


def test_that_looking_elsewhere_puts_it_back(pilot: Pilot) -> None:
    start = pilot.params.tobytes()
    for how in ("part", "4", "Escape"):
        open_tool(pilot, WEIGHT, "6", stages=BACKWARD if how == "part" else 0)
        wait_for(pilot, grasp(pilot, 10))
        if how == "part":
            pilot.click_part(Neuron(2, 1))
        else:
            pilot.press(how)
        pilot.settle()
        assert pilot.params.tobytes() == start
        QTest.mouseRelease(pilot.window.nudge.slider, LEFT, pos=at(pilot, 10))
        pilot.settle()
        assert pilot.params.tobytes() == start


# --- the numerical check --------------------------------------------------------------------------


def choose_scope(pilot: Pilot, scope: str) -> None:
    button = pilot.window.check.scope.buttons[scope]
    pilot.scroll_to(button)
    pilot.click(button)


def error_in(text: str) -> float:
    """Read an error such as ``3·10⁻⁹``."""
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    match = re.search(r"error (?:(\d(?:\.\d)?)·)?10(-\d+)", plain)
    if match:
        return float(f"{match[1] or 1}e{match[2]}")
    match = re.search(r"error ([\d.e-]+)", plain)
    assert match, text
    return float(match[1])


@pytest.mark.parametrize("part", [WEIGHT, BIAS])
def test_that_one_derivative_is_checked_at_every_epsilon(
    pilot: Pilot, small_mnist: Mnist, part: Part
) -> None:
    start = pilot.params.tobytes()
    gradient = by_hand(pilot, small_mnist).gradient[WEIGHT_AT if part == WEIGHT else BIAS_AT]
    open_tool(pilot, part, "7")
    card = pilot.window.check
    pilot.click(card.run)
    pilot.wait(lambda: "relative error" in card.verdict.text())
    assert card.verdict.text().endswith("✓")
    assert error_in(card.verdict.text()) < 1e-6
    assert_shows(card.backprop.text(), gradient, digits=7)
    assert_shows(card.numeric.text(), gradient, digits=6)
    errors = dict(card.plot.points().tolist())
    assert len(errors) >= 10
    at_rest = card.epsilon_slider.value()
    # Small distances suffer from rounding, which the slider shows.
    while card.epsilon_slider.value() != card.epsilon_slider.position_at(0):
        QTest.mouseClick(card.epsilon_slider, LEFT, pos=QPoint(1, 8))
    small = card.verdict.text()
    assert card.epsilon_slider.value() != at_rest
    assert error_in(small) > error_in("error 1·10⁻⁹")
    assert pilot.params.tobytes() == start


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_that_a_layer_and_the_network_are_checked(
    launch: Launch, small_mnist: Mnist, activation: str
) -> None:
    pilot = launch(Settings(hidden=(6,), activation=activation, batch_size=8))
    pilot.wait(lambda: pilot.figure("validation") != "")
    open_tool(pilot, Edge(1, 2, 3), "7", stages=5)
    start = pilot.params.tobytes()
    card = pilot.window.check
    for scope, count in (("layer", 70), ("network", 784 * 6 + 6 + 70)):
        choose_scope(pilot, scope)
        pilot.click(card.run)
        pilot.wait(lambda: "worst relative error" in card.verdict.text())
        text = card.verdict.text()
        assert error_in(text) < 1e-6
        assert "✓" in text
        compared = re.search(r"over ([\d,]+) parameters", text)
        left_out = re.search(r"([\d,]+) left out for kinks", text)
        assert compared
        checked = [int(m[1].replace(",", "")) for m in (compared, left_out) if m]
        assert sum(checked) == count
        assert not card.stop.isVisible()
    assert pilot.params.tobytes() == start


def test_that_a_check_can_be_stopped(launch: Launch, qtbot: QtBot) -> None:
    pilot = launch(Settings(hidden=(256, 256)))
    pilot.wait(lambda: pilot.figure("validation") != "")
    open_tool(pilot, WEIGHT, "7", stages=BACKWARD)
    start = pilot.params.tobytes()
    card = pilot.window.check
    choose_scope(pilot, "network")
    pilot.click(card.run)
    pilot.wait(lambda: " of " in card.verdict.text())
    assert card.stop.isVisible()
    pilot.click(card.stop)
    assert card.verdict.text().startswith("stopped at ")
    pilot.settle()
    assert card.verdict.text().startswith("stopped at ")
    assert pilot.program.trainer.worker.answers._check is None
    assert pilot.params.tobytes() == start
    pilot.next_stage()


def test_that_a_kink_within_epsilon_is_flagged(launch: Launch, small_mnist: Mnist) -> None:
    # A bias that is such that one sample's z lies just beside the kink of the ReLU.
    pilot = launch(Settings(hidden=(6,), batch_size=8))
    pilot.wait(lambda: pilot.figure("validation") != "")
    sizes = (784, 6, 10)
    x, y, _ = batch_of(small_mnist, n=8)
    batch = work_out(pilot.params, sizes, x, y)
    bias = float(batch.b[0][2] - batch.z[0][3, 2] + 1e-6)
    open_tool(pilot, Neuron(1, 2), "6", stages=5)
    card = pilot.window.nudge
    pilot.click(card.field)
    pilot.type(f"{bias:.9f}")
    wait_for(pilot, bias, 784 * 6 + 2)
    pilot.settle()
    pilot.press("7")
    check = pilot.window.check
    pilot.click(check.run)
    pilot.wait(lambda: "kink" in check.verdict.text())
    assert check.epsilon == pytest.approx(1e-5)
    # Not where epsilon is too small to reach it.
    QTest.mouseClick(check.epsilon_slider, LEFT, pos=QPoint(1, 8))
    assert check.epsilon < 1e-7
    assert "kink" not in check.verdict.text()


def test_that_after_an_update_the_curve_is_of_the_network_as_it_is_now(pilot: Pilot) -> None:
    pilot.step()
    pilot.program.controller.inspection.inspect(Edge(1, 3, 4))
    pilot.press("6")
    card = pilot.window.nudge
    pilot.wait(lambda: card.plot.center_point() is not None)
    glance = pilot.snapshot.glance
    assert glance is not None
    assert glance.outcome is not None
    center = card.plot.center_point()
    assert center is not None
    value, loss = center
    assert value == pilot.params[784 * 16 + 16 + 3 * 16 + 4]
    assert loss == pytest.approx(glance.outcome.loss_after, rel=1e-5)
    assert card.slope_line.caption() == "slope, after the update"
    assert card.plot.step_point() is None
