"""The mouse over the network, while it learns."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from bpviz.data.targets import CLASSES
from bpviz.views import network_painter
from bpviz.views.geometry import Edge, Neuron, Part, curve
from bpviz.views.network_state import NetworkState
from bpviz.views.readout import Readout, read_out

from .conftest import EPOCH, Pilot

NODE = Neuron(1, 3)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Part, Readout]]:
    """Note what the card beside a named part says, each time it is painted."""
    cards = []

    def noted(part: Part, state: NetworkState, *rest: Any) -> Readout:
        card = read_out(part, state, *rest)
        cards.append((part, card))
        return card

    monkeypatch.setattr(network_painter, "read_out", noted)
    return cards


def hover(pilot: Pilot, part: Part) -> None:
    """Move the mouse onto a neuron, or onto the middle of a weight's curve."""
    view = pilot.window.network.view
    columns = view.layout_px.columns
    if isinstance(part, Neuron):
        x, y = columns[part.column].x, float(columns[part.column].y[part.row])
    else:
        x, y = curve(view.layout_px, part)[32]
    QTest.mouseMove(view, QPoint(1, 1))  # a mouse that stays where it was tells nothing
    QTest.mouseMove(view, QPoint(round(x), round(y)))
    pilot.wait(lambda: view.part is not None)


def test_that_the_numbers_under_the_mouse_follow_the_training(
    pilot: Pilot, painted: list[tuple[Part, Readout]]
) -> None:
    pilot.step()
    hover(pilot, NODE)
    assert pilot.window.network.view.part == NODE
    pilot.wait(lambda: bool(painted))
    assert painted[-1][1].title == "neuron 4 of layer 1"
    assert [name for name, _ in painted[-1][1].rows] == [
        "a",
        "z",
        "δ = ∂L/∂z",
        "bias b",
        "∂L/∂b",
        "Δb",
    ]

    pilot.play()
    pilot.wait(lambda: len({card.rows for _, card in painted}) >= 4)
    assert pilot.playing
    assert {part for part, _ in painted} == {NODE}
    pilot.pause()


def test_that_what_is_painted_is_what_is_trained(
    pilot: Pilot, painted: list[tuple[Part, Readout]]
) -> None:
    hover(pilot, NODE)
    pilot.play(EPOCH)
    pilot.pause()
    painted.clear()
    pilot.window.network.view.grab()
    rows = dict(painted[-1][1].rows)
    sizes, glance = pilot.snapshot.sizes, pilot.snapshot.glance
    assert glance is not None
    assert glance.records.gradient is not None
    bias = sizes[0] * sizes[1] + NODE.row  # after the weights of the first layer
    assert float(rows["bias b"]) == pytest.approx(float(pilot.params[bias]), rel=1e-3)
    assert float(rows["∂L/∂b"]) == pytest.approx(float(glance.records.gradient[bias]), rel=1e-3)
    mean = float(glance.records.forwards[0].a[:, NODE.row].mean())  # of the batch's pictures
    assert float(rows["a"]) == pytest.approx(mean, rel=1e-3)


def test_that_a_weight_under_the_mouse_is_named_with_its_numbers(
    pilot: Pilot, painted: list[tuple[Part, Readout]]
) -> None:
    pilot.step()
    hover(pilot, Edge(2, 0, 0))
    part = pilot.window.network.view.part
    assert isinstance(part, Edge)
    pilot.wait(lambda: bool(painted))
    _, card = painted[-1]
    assert card.title.startswith("weight from neuron ")
    sizes = pilot.snapshot.sizes
    start = (sizes[0] + 1) * sizes[1] + (sizes[1] + 1) * sizes[2]
    assert part.pair == 2
    weight = start + part.start * sizes[3] + part.end
    rows = dict(card.rows)
    assert float(rows["w now"]) == pytest.approx(float(pilot.params[weight]), rel=1e-3)
    glance = pilot.snapshot.glance
    assert glance is not None
    assert glance.records.gradient is not None
    assert float(rows["∂L/∂w"]) == pytest.approx(float(glance.records.gradient[weight]), rel=1e-3)


def test_that_nothing_is_named_when_the_mouse_has_left_or_another_network_is_there(
    pilot: Pilot,
) -> None:
    view = pilot.window.network.view
    hover(pilot, NODE)
    QTest.mouseMove(pilot.window.controls, QPoint(5, 5))
    pilot.wait(lambda: view.part is None)
    hover(pilot, NODE)
    pilot.press("Ctrl+Shift+R")
    pilot.wait(lambda: pilot.snapshot.run == 2)
    assert view.part is None


def test_that_neurons_and_weights_are_chosen_by_keys_and_the_inspector_names_them(
    pilot: Pilot,
) -> None:
    view, inspector = pilot.window.network.view, pilot.window.inspector
    pilot.step()
    titles = []
    for keys, part in (
        ("Alt+Right", Neuron(3, 0)),
        ("Alt+Left", Neuron(2, 0)),
        ("Alt+Down", Neuron(2, 1)),
        ("Alt+Up", Neuron(2, 0)),
        ("Alt+Down", Neuron(2, 1)),
        ("Alt+Shift+Down", Edge(1, 0, 1)),
        ("Alt+Shift+Down", Edge(1, 1, 1)),
        ("Alt+Shift+Down", Edge(1, 2, 1)),
        ("Alt+Shift+Up", Edge(1, 1, 1)),
    ):
        pilot.press(keys)
        assert view.chosen == inspector.part == part
        titles.append(inspector.title.text())
    assert titles[0] == "Output “0”"
    assert titles[1] == "Neuron 1 of layer 2"
    assert titles[-1] == "Weight · layer 2, neuron 2 → neuron 2"

    shown = {inspector.weight.weight.text()}

    def more_is_shown() -> bool:
        shown.add(inspector.weight.weight.text())
        return len(shown) >= 3

    pilot.play()
    pilot.wait(more_is_shown)
    pilot.pause()
    W = pilot.snapshot.sizes[0] * 16 + 16  # where the second layer begins
    weight = pilot.params[W + 16 * 1 + 1]
    assert float(inspector.weight.weight.text()) == pytest.approx(float(weight), rel=1e-3)


def test_that_the_view_moves_by_keys_and_mouse(pilot: Pilot) -> None:
    view = pilot.window.network.view

    def place() -> tuple[float, float]:
        column = view.layout_px.columns[1]
        return column.x, float(column.y[0])

    fitted = place()
    for _ in range(3):
        pilot.press("Ctrl++")
    zoomed = place()
    assert zoomed != fitted
    pilot.press("Ctrl+Left")
    assert place() == (zoomed[0] + 60, zoomed[1])
    pilot.press("Ctrl+Right")
    assert place() == zoomed
    pilot.press("Ctrl+Up")
    assert place() == (zoomed[0], zoomed[1] + 60)
    pilot.press("Ctrl+Down")
    for _ in range(3):
        pilot.click(pilot.window.network.zoom_out)
    assert place() == pytest.approx(fitted)
    pilot.click(pilot.window.network.zoom_in)
    pilot.press("F")
    assert place() == fitted


def test_that_the_colours_are_chosen_by_keys(pilot: Pilot) -> None:
    panel = pilot.window.network
    pilot.step()
    for keys, quantity, mode, changes in (
        ("W", "weight", "layer", True),
        ("2", "weight", "network", True),
        ("G", "gradient", "network", True),
        ("3", "gradient", "locked", False),
    ):
        before = panel.view.grab().toImage()
        pilot.press(keys)
        assert (panel.quantity.choice, panel.mode.choice) == (quantity, mode)
        assert (panel.view.grab().toImage() != before) == changes


def test_that_a_locked_scale_stays_while_it_trains_and_another_does_not(pilot: Pilot) -> None:
    view = pilot.window.network.view
    pilot.step()
    view.grab()
    pilot.press("3")
    locked = view.scale
    for _ in range(3):
        pilot.step()
        view.grab()
    assert view.scale == locked
    pilot.press("1")
    view.grab()
    assert view.scale != locked


def test_that_the_outputs_are_named_as_the_digits_are(
    pilot: Pilot, painted: list[tuple[Part, Readout]]
) -> None:
    hover(pilot, Neuron(3, 7))
    pilot.wait(lambda: bool(painted))
    assert painted[-1][1].title == f"output “{CLASSES[7]}”"
