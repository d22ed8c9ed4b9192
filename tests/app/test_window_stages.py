"""A batch walked through stage by stage in the real window, and every number in it."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from bpviz.data import Mnist
from bpviz.views import network_painter
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.readout import Readout, read_out

from .by_hand import ByHand, assert_says, assert_shows, batch_of, work_out
from .conftest import Pilot, trained

SIZES = (784, 16, 16, 10)
N_LAYERS = 3
N_STAGES = 2 * N_LAYERS + 2
NEURONS = (Neuron(1, 3), Neuron(2, 5), Neuron(3, 7), Neuron(3, 0))
RATE = 0.1
NOT_YET = "not yet"


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Part, Readout]]:
    """Note what the card beside a hovered part says, each time it is painted."""
    painted = []

    def noted(part: Part, *args: object) -> Readout:
        card = read_out(part, *args)  # type: ignore[arg-type]
        painted.append((part, card))
        return card

    monkeypatch.setattr(network_painter, "read_out", noted)
    return painted


class Expected:
    """What a batch should show, worked out by hand from the parameters before it."""

    def __init__(self, pilot: Pilot, data: Mnist, number: int = 0) -> None:
        x, y, self.labels = batch_of(data, number)
        self.params = pilot.params.astype(np.float64)
        self.batch = work_out(self.params, SIZES, x, y)
        after = self.params - RATE * self.batch.gradient
        self.loss_after = work_out(after, SIZES, x, y).loss
        # A pixel of the input that several pictures have ink in, and one in each later layer.
        pixel = int(self.batch.x.mean(axis=0).argmax())
        self.edges = (Edge(0, pixel, 3), Edge(1, 3, 5), Edge(2, 5, 7))


def a(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def way(delta: float) -> str:
    return "fall" if delta > 0 else "rise"


# --- what each widget should show after so many stages --------------------------------------------


def assert_ribbon(pilot: Pilot, expected: Expected, done: int) -> None:
    ribbon, batch = pilot.window.ribbon, expected.batch
    if done <= 2:
        mean = batch.a[done - 1].mean(axis=0)
        fire = (batch.a[done - 1] > 0).sum() / 32
        assert_says(
            ribbon.text_of("forward"),
            f"Layer {done} of 3: on average {fire:.1f} of 16 neurons fire, "
            f"neuron {mean.argmax() + 1} the most ({{}}).",
            mean.max(),
        )
    else:
        guesses = batch.a[2].argmax(axis=1)
        most = np.bincount(guesses).argmax()
        right = (guesses == expected.labels).sum()
        assert ribbon.text_of("forward") == (
            f"It guesses {most} for {(guesses == most).sum()} of the 32 pictures; "
            f"{right} of the 32 are right."
        )
    if done < 4:
        assert ribbon.text_of("loss").startswith("Not yet")
    else:
        worst = batch.losses.argmax()
        label, guess = int(expected.labels[worst]), int(batch.a[2][worst].argmax())
        assert_says(
            ribbon.text_of("loss"),
            f"{{}}, mean over the batch; worst: {a(label)} taken for {a(guess)}.",
            batch.loss,
        )
    if done < 5:
        assert ribbon.text_of("backward").startswith("Not yet")
    else:
        assert_blame(ribbon.text_of("backward"), batch, max(7 - done, 0))
    if done < 7:
        assert ribbon.text_of("update").startswith("Not yet")
    else:
        verb = "Would lower" if done == 7 else "Lowered"
        assert_says(
            ribbon.text_of("update"),
            f"{verb} this batch's loss from {{}} to {{}}.",
            batch.loss,
            expected.loss_after,
        )


def assert_blame(text: str, batch: ByHand, layer: int) -> None:
    delta = batch.delta[layer].mean(axis=0)
    first = int(abs(delta).argmax())
    other = delta * -np.sign(delta[first])
    second = int(other.argmax())
    if layer == 0:
        words = f"Back at layer 1: neuron {first + 1} should {way(delta[first])}"
        rest = "."
    elif layer == 1:
        words = f"Layer 2: neuron {first + 1} should {way(delta[first])}"
        rest = f", neuron {second + 1} {way(delta[second])}."
    else:
        words = f"Output “{first}” should {way(delta[first])}"
        rest = f", output “{second}” {way(delta[second])}."
    assert_says(text, f"{words} the most (mean δ = {{}}){rest}", delta[first])


def assert_neuron(pilot: Pilot, expected: Expected, neuron: Neuron, done: int) -> None:
    pilot.click_part(neuron)
    card, batch = pilot.window.inspector.neuron, expected.batch
    assert pilot.window.inspector.part == neuron
    assert card.isVisible()
    layer, row = neuron.column - 1, neuron.row
    bias = batch.b[layer][row]
    if done == N_STAGES:
        bias = bias - RATE * batch.db[layer][row]
    assert_shows(card.bias.text(), bias)
    if done < neuron.column:
        assert [line.text() for line in (card.z, card.a)] == [NOT_YET] * 2
    else:
        assert_shows(card.z.text(), batch.z[layer][:, row].mean())
        assert_shows(card.a.text(), batch.a[layer][:, row].mean())
        table = card.table
        for line, sample in enumerate(table.sample_at(line) for line in range(6)):
            assert_shows(table.text_at(line, 1), batch.z[layer][sample, row])
            assert_shows(table.text_at(line, 2), batch.a[layer][sample, row])
    if done < blamed_at(layer):
        assert card.delta.text().startswith(NOT_YET)
        assert card.bias_gradient.text() == NOT_YET
    else:
        delta = batch.db[layer][row]
        assert_shows(card.delta.text(), delta)
        assert card.delta.text().endswith("should fall ↓" if delta > 0 else "should rise ↑")
        assert_shows(card.bias_gradient.text(), delta)


def blamed_at(layer: int) -> int:
    """Return at which stage, from 1, the backward pass reaches a layer."""
    return N_STAGES - 1 - layer


def assert_weight(pilot: Pilot, expected: Expected, edge: Edge, done: int) -> None:
    pilot.program.controller.inspection.inspect(edge)
    card, batch = pilot.window.inspector.weight, expected.batch
    layer, start, end = edge
    weight = batch.W[layer][start, end]
    if done == N_STAGES:
        weight = weight - RATE * batch.dW[layer][start, end]
    assert card.isVisible()
    assert_shows(card.weight.text(), weight)
    a_in, delta = batch.incoming(layer)[:, start], batch.delta[layer][:, end]
    reached, blamed = done > layer, done >= blamed_at(layer)
    assert card.table.isVisible() == reached
    for line in range(6 if reached else 0):
        sample = card.table.sample_at(line)
        assert_shows(card.table.text_at(line, 1), a_in[sample])
        texts = [card.table.text_at(line, column) for column in (2, 3)]
        if blamed:
            assert_shows(texts[0], delta[sample])
            assert_shows(texts[1], a_in[sample] * delta[sample])
        else:
            assert texts == ["–", "–"]
    if blamed:
        assert_shows(card.headline.text(), batch.dW[layer][start, end])
        assert_shows(card.table.foot_text(3), batch.dW[layer][start, end])
    else:
        assert card.headline.text() == NOT_YET
    assert pilot.window.inspector.delta.isVisible() == blamed


def assert_card(
    pilot: Pilot,
    expected: Expected,
    cards: list[tuple[Part, Readout]],
    part: Part,
    done: int,
) -> None:
    """Hover over a part, and read the card painted beside it."""
    view, batch = pilot.window.network.view, expected.batch
    QTest.mouseMove(view, QPoint(1, 1))
    QTest.mouseMove(view, pilot.place(part))
    cards.clear()
    view.grab()
    named, card = cards[-1]
    rows = dict(card.rows)
    params = [batch.W, batch.b]
    changes = [batch.dW, batch.db]
    if isinstance(named, Edge):  # perhaps another one that crosses there and is drawn on top
        layer, place = named.pair, tuple(named[1:])
        names = ("w now", "∂L/∂w", "Δw")
        of = 0
    else:
        assert named == part
        layer, place = named.column - 1, (named.row,)
        names = ("bias b", "∂L/∂b", "Δb")
        of = 1
        for name, values, since in (
            ("a", batch.a, layer + 1),
            ("z", batch.z, layer + 1),
            ("δ = ∂L/∂z", batch.delta, blamed_at(layer)),
        ):
            assert_row(rows[name], values[layer].mean(axis=0)[place], done >= since)
    value, slope = float(params[of][layer][place]), float(changes[of][layer][place])
    is_through = done == N_STAGES
    assert_shows(rows[names[0]], value - RATE * slope * is_through)
    assert_row(rows[names[1]], slope, done >= blamed_at(layer))
    if is_through:
        assert_shows(rows[names[2]], -RATE * slope)
    else:
        assert names[2] not in rows


def assert_row(text: str, value: float, is_known: bool) -> None:
    if is_known:
        assert_shows(text, value)
    else:
        assert text == NOT_YET


def assert_strip(pilot: Pilot, expected: Expected, done: int) -> None:
    strip, batch = pilot.window.strip, expected.batch
    assert strip.text_of(0) == "mean\nall 32"
    for sample, label in enumerate(expected.labels.tolist()):
        cell, output = sample + 1, batch.a[2][sample]
        guess = int(output.argmax())
        if done < N_LAYERS:
            assert strip.text_of(cell) == str(label)
            assert "not guessed yet" in strip.tip_of(cell)
            continue
        assert strip.text_of(cell) == (str(label) if guess == label else f"{label}→{guess}")
        percent = re.search(rf"guessed {guess} with ([\d.]+) %", strip.tip_of(cell))
        assert percent
        assert abs(float(percent[1]) - 100 * output.max()) < 0.0501
        loss = re.search(r"loss (\S+)$", strip.tip_of(cell))
        assert (loss is not None) == (done > N_LAYERS)
        if loss:
            assert_shows(loss[1], batch.losses[sample], digits=2)


def assert_state(pilot: Pilot, done: int) -> None:
    """Nothing that the batch has not come to is in what the network is painted from."""
    state = pilot.window.network.view._state
    assert state is not None
    for layer, numbers in enumerate(state.layers):
        assert (numbers.z is not None) == (numbers.a is not None) == (done > layer)
        blamed = done >= blamed_at(layer)
        assert (numbers.delta is not None) == (numbers.gradient is not None) == blamed
        assert (numbers.update is not None) == (done == N_STAGES)


# --- the walk -------------------------------------------------------------------------------------


def test_that_every_stage_shows_what_a_calculation_by_hand_gives(
    pilot: Pilot, small_mnist: Mnist, cards: list[tuple[Part, Readout]]
) -> None:
    expected = Expected(pilot, small_mnist)
    start = pilot.params.tobytes()
    for done in range(1, N_STAGES + 1):
        pilot.next_stage()
        assert_ribbon(pilot, expected, done)
        assert_strip(pilot, expected, done)
        assert_state(pilot, done)
        for neuron in NEURONS:
            assert_neuron(pilot, expected, neuron, done)
        for edge in expected.edges:
            assert_weight(pilot, expected, edge, done)
        for part in (*NEURONS, *expected.edges):
            assert_card(pilot, expected, cards, part, done)
        pilot.settle()
        assert (pilot.params.tobytes() == start) == (done < N_STAGES)
        assert pilot.session.network.params.tobytes() == pilot.params.tobytes()
        assert pilot.batch == (done == N_STAGES)
    assert pilot.losses == pytest.approx([expected.batch.loss], rel=1e-6)
    after = expected.params - RATE * expected.batch.gradient
    assert pilot.params == pytest.approx(after, abs=1e-7)
    assert pilot.params.tobytes() == trained(small_mnist, 1).network.params.tobytes()


def test_that_the_next_batch_begins_without_the_last_ones_numbers(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    pilot.step()
    expected = Expected(pilot, small_mnist, 1)
    for done in (1, 2):
        pilot.next_stage()
        assert_state(pilot, done)
        assert_ribbon(pilot, expected, done)
        assert_strip(pilot, expected, done)
        for neuron in NEURONS:
            assert_neuron(pilot, expected, neuron, done)


def test_that_formulas_have_this_batchs_numbers_plugged_in(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    batch = Expected(pilot, small_mnist).batch
    text_of = pilot.window.ribbon.text_of
    pilot.press("M")
    assert "z = a·W + b" in text_of("forward")
    pilot.next_stage()
    mean = batch.a[0].mean(axis=0)
    row = int(mean.argmax())
    *_, z, a = text_of("forward").replace(",", "").split(" = ")
    assert_shows(z, batch.z[0][:, row].mean())
    assert_shows(a, mean[row])
    for _ in range(3):
        pilot.next_stage()
    general, numbers = text_of("loss").split("\n")
    assert general == "L = mean(−ln p), p of the right class"
    assert_shows(numbers.rpartition("= ")[2], batch.loss)
    pilot.next_stage()
    delta = batch.db[2]
    assert "δ = ∂L/∂z = a − y" in text_of("backward")
    assert_shows(text_of("backward").rpartition("= ")[2], delta[abs(delta).argmax()])
    for _ in range(3):
        pilot.next_stage()
    strongest = max(batch.dW, key=lambda dW: abs(dW).max())
    start, end = np.unravel_index(abs(strongest).argmax(), strongest.shape)
    layer = next(i for i, dW in enumerate(batch.dW) if dW is strongest)
    name = f"“{end}”" if layer == 2 else f"{end + 1}"
    rule, numbers = text_of("update").split("\n")
    assert rule == "w ← w − 0.1·∂L/∂w"
    assert numbers.startswith(f"Layer {layer + 1}, {start + 1} → {name}, ∂L/∂w = ")
    assert_shows(numbers.split("∂L/∂w = ")[1], strongest[start, end])
    weight = batch.W[layer][start, end]
    assert_shows(numbers.split("w ← ")[1], weight)
    assert_shows(numbers.rpartition("= ")[2], weight - RATE * strongest[start, end])
    pilot.press("M")
    assert text_of("update").startswith("Lowered this batch's loss")


# --- on from inside a batch -----------------------------------------------------------------------


@pytest.mark.parametrize("stages", [2, 7])
def test_that_next_batch_and_play_go_on_from_inside_a_batch(
    pilot: Pilot, small_mnist: Mnist, stages: int
) -> None:
    for _ in range(stages):
        pilot.next_stage()
    pilot.press("Shift+Right")
    pilot.wait(lambda: pilot.batch == 1)
    assert pilot.params.tobytes() == trained(small_mnist, 1).network.params.tobytes()
    assert pilot.window.ribbon.text_of("update").startswith("Lowered this batch's loss")
    for _ in range(stages):
        pilot.next_stage()
    assert pilot.batch == 1
    pilot.play(3)
    pilot.pause()
    session = trained(small_mnist, pilot.batch)
    assert pilot.params.tobytes() == session.network.params.tobytes()
    assert np.array_equal(pilot.losses, np.array(session.history.losses, np.float32))


def test_that_two_batches_walked_end_in_the_bits_of_two_batches_trained(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    for _ in range(2 * N_STAGES):
        pilot.click(pilot.window.controls.next_stage)
    pilot.wait(lambda: pilot.batch == 2)
    assert pilot.params.tobytes() == trained(small_mnist, 2).network.params.tobytes()


# --- slow play ------------------------------------------------------------------------------------


def test_that_slow_play_walks_the_stages_by_itself_and_pauses_inside_a_batch(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    speed = pilot.window.controls.speed
    while pilot.window.controls.speed_label.text() != "2 stages / s":
        pilot.press(",")
        assert speed.value() > 0
    stages: list[object] = []

    def note() -> int:
        if pilot.stage is not None and pilot.stage not in stages:
            stages.append(pilot.stage)
        return len(stages)

    start = pilot.params.tobytes()
    pilot.press("Space")
    pilot.wait(lambda: note() == 2)
    assert pilot.playing
    pilot.pause()
    pilot.settle()
    assert note() == 2
    assert pilot.batch == 0
    assert_state(pilot, 2)
    assert pilot.params.tobytes() == start
    assert pilot.window.ribbon.text_of("forward").startswith("Layer 2 of 3")
    pilot.next_stage()
    assert_state(pilot, 3)
    pilot.press("Shift+Right")
    pilot.wait(lambda: pilot.batch == 1)
    assert pilot.params.tobytes() == trained(small_mnist, 1).network.params.tobytes()


def test_that_the_slider_offers_five_seconds_a_stage(pilot: Pilot) -> None:
    speed = pilot.window.controls.speed
    while speed.value() > speed.minimum():
        pilot.press(",")
    assert pilot.window.controls.speed_label.text() == "5 s a stage"
    pilot.press("Space")
    pilot.wait(lambda: pilot.stage is not None and pilot.playing)
    assert_state(pilot, 1)
    # At this pace a pause must not wait for the next stage.
    pilot.pause()
    assert_state(pilot, 1)
