"""Touching numbers in the real window: the inspector, its links, and whose numbers they are."""

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from bpviz.data import Mnist
from bpviz.session.settings import Settings
from bpviz.views import network_painter
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.number_grid import HEADER_PX
from bpviz.views.number_table import NumberTable
from bpviz.views.numbers import signed
from bpviz.views.readout import Readout, read_out
from bpviz.views.signed_picture import SignedPicture

from .by_hand import NUMBER, ByHand, assert_shows, batch_of, work_out
from .conftest import Launch, Pilot

SIZES = (784, 16, 16, 10)
BACKWARD = 7  # stages, after which the whole gradient is known
WEIGHT = Edge(2, 5, 7)
INDEX = 784 * 16 + 16 + 16 * 16 + 16 + 5 * 10 + 7  # of this weight in the flat array
PIXEL = 14 * 28 + 14  # in the middle of the pictures, where there is ink


def first_batch(pilot: Pilot, data: Mnist) -> tuple[ByHand, list[int]]:
    """Work the first batch out, before anything is trained."""
    x, y, labels = batch_of(data)
    return work_out(pilot.params, SIZES, x, y), labels.tolist()


def walk(pilot: Pilot, stages: int) -> None:
    for _ in range(stages):
        pilot.next_stage()


def click_row(pilot: Pilot, table: NumberTable, line: int) -> None:
    table.grab()  # lays it out
    row_px = (table.height() - HEADER_PX) // (len(table.rows()) + bool(table.more_text()))
    pilot.scroll_to(table, HEADER_PX + line * row_px)
    pilot.click(table, QPoint(20, HEADER_PX + line * row_px + 8))


def find(pilot: Pilot, edge: Edge) -> None:
    """Type where a weight is into the finder."""
    finder = pilot.window.inspector.finder
    for spin, place in zip((finder.layer, finder.start, finder.end), edge, strict=True):
        pilot.click(spin.lineEdit())
        pilot.type(str(place + 1))
    pilot.wait(lambda: pilot.window.inspector.part == edge)


# --- how a part is chosen -------------------------------------------------------------------------


def test_that_a_click_opens_what_is_clicked_and_esc_closes_it(pilot: Pilot) -> None:
    inspector, view = pilot.window.inspector, pilot.window.network.view
    assert inspector.invitation.isVisible()
    walk(pilot, 1)
    pilot.click_part(Neuron(2, 4))
    assert inspector.part == view.chosen == Neuron(2, 4)
    assert inspector.title.text() == "Neuron 5 of layer 2"
    assert inspector.neuron.isVisible()
    assert not inspector.invitation.isVisible()
    pilot.click_part(Edge(1, 2, 9))
    edge = inspector.part
    assert isinstance(edge, Edge)
    assert edge == view.chosen == inspector.finder.edge
    assert inspector.title.text() == (
        f"Weight · layer 2, neuron {edge.start + 1} → neuron {edge.end + 1}"
    )
    assert inspector.weight.isVisible()
    pilot.press("Escape")
    assert inspector.part is view.chosen is None
    assert inspector.invitation.isVisible()
    pilot.click_part(Neuron(3, 7))
    assert inspector.title.text() == "Output “7”"
    pilot.click(inspector.close_part)
    assert inspector.part is view.chosen is None


def test_that_the_finder_finds_a_weight_and_the_next_stage_is_one_key_away(pilot: Pilot) -> None:
    find(pilot, Edge(2, 4, 7))
    assert pilot.window.network.view.chosen == Edge(2, 4, 7)
    assert pilot.window.inspector.title.text() == "Weight · layer 3, neuron 5 → output “7”"
    assert pilot.window.inspector.finder.ends.text() == "to output “7”"
    walk(pilot, 1)


def test_that_each_factor_leads_to_what_it_belongs_to(pilot: Pilot) -> None:
    inspector = pilot.window.inspector

    def looked_at() -> Part | None:
        return inspector.part

    walk(pilot, BACKWARD)
    find(pilot, Edge(1, 3, 5))
    pilot.click(inspector.weight.a)
    assert looked_at() == Neuron(1, 3)
    find(pilot, Edge(1, 3, 5))
    pilot.click(inspector.weight.delta)
    assert looked_at() == Neuron(2, 5) == pilot.window.network.view.chosen
    output = inspector.delta.table.rows()[1]
    assert inspector.delta.table.text_at(1, 0) == f"output “{output}”"
    click_row(pilot, inspector.delta.table, 1)
    assert looked_at() == Edge(2, 5, output)

    pilot.click_part(Neuron(2, 5))
    start = inspector.ways.weights.rows()[2]
    click_row(pilot, inspector.ways.weights, 2)
    assert looked_at() == Edge(1, start, 5)
    pilot.click_part(Neuron(2, 5))
    start = inspector.ways.activations.rows()[0]
    click_row(pilot, inspector.ways.activations, 0)
    assert looked_at() == Neuron(1, start)


def test_that_a_neuron_fed_by_the_picture_shows_its_weights_and_gradient_as_pictures(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    batch, _ = first_batch(pilot, small_mnist)
    walk(pilot, BACKWARD)
    pilot.click_part(Neuron(1, 6))
    weights, gradient = pilot.window.inspector.pictures.findChildren(SignedPicture)
    assert weights.isVisible()
    shown = [picture.values() for picture in (weights, gradient)]
    for values, expected in zip(shown, (batch.W[0], batch.dW[0]), strict=True):
        assert values is not None
        assert values.ravel() == pytest.approx(expected[:, 6], abs=1e-6)
    pilot.scroll_to(gradient)
    pilot.click(gradient, QPoint(gradient.width() // 2, gradient.height() // 2))
    part = pilot.window.inspector.part
    assert isinstance(part, Edge)
    assert part == Edge(0, 14 * 28 + 14, 6)


def test_that_the_ways_to_raise_a_neuron_are_ranked_by_what_they_do(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    batch, _ = first_batch(pilot, small_mnist)
    walk(pilot, 2)
    pilot.click_part(Neuron(2, 5))
    ways = pilot.window.inspector.ways
    assert ways.isVisible()
    a, w = batch.a[0].mean(axis=0), batch.W[1][:, 5]
    for table, ranked in ((ways.weights, a), (ways.activations, w)):
        best = np.argsort(-abs(ranked))
        for line, row in enumerate(best[:5].tolist()):
            assert table.text_at(line, 0) == f"neuron {row + 1}"
            texts = table.text_at(line, 1), table.text_at(line, 2)
            values = (w, a) if table is ways.weights else (a, w)
            for text, value in zip(texts, values, strict=True):
                assert_shows(text, value[row])


# --- the chain rule -------------------------------------------------------------------------------


def test_that_displayed_factors_make_the_displayed_gradient(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    batch, _ = first_batch(pilot, small_mnist)
    walk(pilot, BACKWARD)
    for edge in (Edge(0, PIXEL, 6), Edge(1, 3, 5), Edge(2, 5, 7)):
        find(pilot, edge)
        assert_chain_rule(pilot, batch, edge)


def assert_chain_rule(pilot: Pilot, batch: ByHand, edge: Edge) -> None:
    inspector, (layer, start, end) = pilot.window.inspector, edge
    table = inspector.weight.table
    table.grab()
    if not table.expanded:
        click_row(pilot, table, len(table.rows()))  # "26 more"
    assert len(table.rows()) == 32
    rows = [[float(table.text_at(line, n)) for n in (1, 2, 3)] for line in range(32)]
    for a, delta, product in rows:
        assert product == pytest.approx(a * delta, rel=2e-3)
    gradient = float(inspector.weight.headline.text())
    slack = sum(abs(product) for *_, product in rows) / 32 * 1e-3
    assert np.mean(rows, axis=0)[2] == pytest.approx(gradient, abs=slack)
    assert_shows(inspector.weight.headline.text(), batch.dW[layer][start, end])
    assert table.foot_text(3) == inspector.weight.headline.text()
    sizes = [abs(product) for *_, product in rows]
    assert sizes == sorted(sizes, reverse=True)
    higher = sum(product < 0 for *_, product in rows)
    lower = sum(product > 0 for *_, product in rows)
    assert inspector.weight.wishes.text() == f"{higher} of 32 want it higher, {lower} lower"

    # Delta of the strongest wish, opened.
    sample, card = table.sample_at(0), inspector.delta
    assert f"sample {sample + 1}," in card.whose.text()
    numbers = [float(text) for text in re.findall(NUMBER, card.result.text().replace("− ", ""))]
    delta = batch.delta[layer][sample, end]
    assert numbers[-1] == pytest.approx(delta, rel=1e-3)
    if layer == 2:
        a, y, _ = numbers
        assert a - y == pytest.approx(delta, abs=1e-4)
        assert not card.table.isVisible()
        return
    slope, total, _ = numbers
    assert slope * total == pytest.approx(numbers[-1], rel=1e-3)
    assert slope == float(batch.z[layer][sample, end] > 0)
    assert_shows(card.table.foot_text(3), batch.W[layer + 1][end] @ batch.delta[layer + 1][sample])
    card.table.set_expanded(True)
    products = []
    for line, row in enumerate(card.table.rows()):
        w, blame, product = (float(card.table.text_at(line, n)) for n in (1, 2, 3))
        assert_shows(str(w), batch.W[layer + 1][end, row])
        assert product == pytest.approx(w * blame, rel=2e-3, abs=1e-12)
        products.append(product)
    assert sum(products) == pytest.approx(total, abs=1e-3 * sum(map(abs, products)))


# --- whose numbers --------------------------------------------------------------------------------


def gradient_of(batch: ByHand, edge: Edge, rows: list[int]) -> float:
    layer, start, end = edge
    return float((batch.incoming(layer)[rows, start] * batch.delta[layer][rows, end]).mean())


@pytest.mark.parametrize("by", ["mouse", "key"])
def test_that_the_filter_shows_what_the_samples_of_one_label_want(
    pilot: Pilot, small_mnist: Mnist, by: str
) -> None:
    batch, labels = first_batch(pilot, small_mnist)
    edge, label = Edge(1, 3, 5), 2
    rows = [row for row in range(32) if labels[row] == label]
    walk(pilot, BACKWARD)
    find(pilot, edge)
    box, headline = pilot.window.network.label_filter, pilot.window.inspector.weight.headline
    if by == "mouse":
        pilot.click(box)
        menu = box.view()
        pilot.wait(menu.isVisible)
        at = menu.visualRect(box.model().index(label + 1, 0)).center()
        for way in (QPoint(9, 9), at):
            QTest.mouseMove(menu.viewport(), way)
        pilot.click(menu.viewport(), at)
        pilot.wait(lambda: not menu.isVisible())
    else:
        for _ in range(label + 1):
            pilot.press("Y")
    pilot.wait(lambda: pilot.snapshot.glance is not None and len(pilot.snapshot.glance.rows) < 32)
    pilot.settle()
    assert box.currentText() == "2s only"
    assert_shows(headline.text(), gradient_of(batch, edge, rows))
    table = pilot.window.inspector.weight.table
    assert {table.sample_at(line) for line in range(len(table.rows()))} <= set(rows)
    assert pilot.window.strip.text_of(0) == f"mean\n{len(rows)} of 32"
    state = pilot.window.network.view._state
    assert state is not None
    assert state.layers[1].delta == pytest.approx(batch.delta[1][rows].mean(axis=0), abs=1e-6)

    # The filter stays while the walk goes on, which takes but a key.
    walk(pilot, 1)
    assert pilot.window.strip.text_of(0) == f"mean\n{len(rows)} of 32"
    for _ in range(len("23456789") + (label == 1)):
        pilot.press("Y")
    pilot.settle()
    assert box.currentText() == "All digits"
    assert_shows(headline.text(), gradient_of(batch, edge, list(range(32))))


def test_that_one_sample_is_chosen_in_the_strip_by_mouse_and_by_keys(
    pilot: Pilot, small_mnist: Mnist
) -> None:
    batch, labels = first_batch(pilot, small_mnist)
    strip, edge = pilot.window.strip, Edge(1, 3, 5)
    walk(pilot, BACKWARD)
    find(pilot, edge)

    def assert_sample(sample: int) -> None:
        pilot.wait(lambda: looked_at() == sample)
        headline = pilot.window.inspector.weight.headline.text()
        assert_shows(headline, gradient_of(batch, edge, [sample]))
        text = pilot.window.ribbon.text_of("loss")
        assert text.startswith(f"The {labels[sample]} got ")
        assert_shows(text.rpartition("loss ")[2], batch.losses[sample])

    def looked_at() -> int | None:
        glance = pilot.snapshot.glance
        return None if glance is None else glance.sample

    pilot.click(strip, strip.cell_rect(4).center())
    assert_sample(3)
    pilot.press("]")
    assert_sample(4)
    pilot.press("[")
    assert_sample(3)
    click_row(pilot, pilot.window.inspector.weight.table, 0)
    sample = pilot.window.inspector.weight.table.sample_at(0)
    assert_sample(sample)
    pilot.click(strip, strip.cell_rect(0).center())
    pilot.wait(lambda: looked_at() is None)
    headline = pilot.window.inspector.weight.headline.text()
    assert_shows(headline, batch.dW[1][3, 5])


# --- while it trains ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["4", "5"])
def test_that_the_inspectors_numbers_follow_the_training(pilot: Pilot, page: str) -> None:
    find(pilot, WEIGHT)
    pilot.press(page)
    inspector = pilot.window.inspector
    seen: set[str] = set()

    def note() -> int:
        seen.add(
            f"{inspector.weight.weight.text()} {inspector.weight.headline.text()}"
            if page == "4"
            else str(pilot.window.update_card.table.rows())
        )
        return len(seen)

    pilot.press("Space")
    pilot.wait(lambda: note() >= 6)
    assert pilot.playing
    pilot.pause()
    pilot.settle()
    weight = pilot.params[INDEX]
    pilot.press("4")
    assert inspector.weight.weight.text() == signed(float(weight))
    glance = pilot.snapshot.glance
    assert glance is not None
    gradient = glance.gradients[2]
    assert gradient is not None
    assert inspector.weight.headline.text() == signed(float(gradient.W[5, 7]))


# --- the update -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("optimizer", "decay"), [("momentum", 0.0), ("adam", 0.1)])
def test_that_the_terms_of_the_update_end_in_the_change_of_the_weight(
    launch: Launch, small_mnist: Mnist, optimizer: str, decay: float
) -> None:
    settings = Settings(optimizer=optimizer, learning_rate=0.02, weight_decay=decay)
    pilot = launch(settings)
    pilot.wait(lambda: pilot.figure("validation") != "")
    find(pilot, WEIGHT)
    pilot.press("5")
    card = pilot.window.update_card
    assert card.isVisible()
    gradients = []
    for number in range(3):
        x, y, _ = batch_of(small_mnist, number)
        old = float(pilot.params[INDEX])
        gradients.append(work_out(pilot.params, SIZES, x, y).gradient[INDEX])
        if number < 2:
            pilot.step()
    expected, needed = by_momentum(gradients) if optimizer == "momentum" else by_adam(gradients)
    expected -= 0.02 * decay * old

    walk(pilot, 6)
    assert not card.table.isVisible()
    assert "not yet" in card.outcome.caption()
    walk(pilot, 1)
    pilot.settle()
    preview = card.table.rows()
    assert card.outcome.text().startswith(f"{signed(old)} will become")
    assert float(pilot.params[INDEX]) == old
    walk(pilot, 1)
    pilot.settle()
    new = float(pilot.params[INDEX])
    rows = card.table.rows()
    assert rows[-1][0] == "change"
    assert rows[-1][1].startswith("Δw = ")
    assert_shows(rows[-1][3], new - old)
    assert_shows(rows[-1][3], expected, rounding=2e-8)
    assert preview[-1] == rows[-1]
    assert card.outcome.text() == f"{signed(old)} became {signed(new)}"
    shown = {row[0]: row[3] for row in rows}
    assert ("weight decay" in shown) == bool(decay)
    for name, value in {"gradient": gradients[-1], **needed}.items():
        assert_shows(shown[name], value, rounding=1e-5 * abs(value))


def by_momentum(gradients: list[float]) -> tuple[float, dict[str, float]]:
    v = 0.0
    for g in gradients:
        before, v = v, 0.9 * v + g
    return -0.02 * v, {"velocity before": before, "velocity": v}


def by_adam(gradients: list[float]) -> tuple[float, dict[str, float]]:
    m = v = 0.0
    for g in gradients:
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    m_hat, v_hat = m / (1 - 0.9**3), v / (1 - 0.999**3)
    terms = {"step number": 3, "mean": m, "mean square": v}
    terms |= {"mean, corrected": m_hat, "mean square, corrected": v_hat}
    return -0.02 * m_hat / (np.sqrt(v_hat) + 1e-8), terms


# --- agreement ------------------------------------------------------------------------------------


def test_that_agreement_tells_whether_the_samples_want_the_same(
    pilot: Pilot, small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards: list[tuple[Part, Readout]] = []

    def noted(part: Part, *args: object) -> Readout:
        cards.append((part, read_out(part, *args)))  # type: ignore[arg-type]
        return cards[-1][1]

    monkeypatch.setattr(network_painter, "read_out", noted)
    batch, _ = first_batch(pilot, small_mnist)
    walk(pilot, BACKWARD)
    pilot.press("A")
    pilot.settle()
    assert pilot.window.network.quantity.choice == "agreement"
    view = pilot.window.network.view
    for part in (Edge(1, 3, 5), Edge(2, 5, 7)):
        QTest.mouseMove(view, QPoint(1, 1))
        QTest.mouseMove(view, pilot.place(part))
        view.grab()
        named, card = cards[-1]
        assert isinstance(named, Edge)
        layer, start, end = named
        wishes = batch.incoming(layer)[:, start] * batch.delta[layer][:, end]
        assert_shows(
            dict(card.rows)["agreement"], abs(wishes.mean()) / abs(wishes).mean(), rounding=1e-5
        )
    layers = view._colouring.layers
    for number, agreement in enumerate(layers):
        assert agreement is not None
        pulls = abs(batch.incoming(number)).T @ abs(batch.delta[number]) / 32
        share = abs(batch.dW[number]) / np.where(pulls, pulls, 1)
        assert abs(agreement.W - share).max() < 1e-3


def test_that_the_other_edge_modes_colour_what_they_name(pilot: Pilot, small_mnist: Mnist) -> None:
    batch, _ = first_batch(pilot, small_mnist)
    view = pilot.window.network.view
    walk(pilot, BACKWARD)
    pilot.press("U")
    assert list(view._colouring.layers) == [None] * 3  # the update is still to come
    walk(pilot, 1)
    updates = [-0.1 * dW for dW in batch.dW]
    incoming = [batch.incoming(number).mean(axis=0)[:, None] for number in range(3)]
    signals = [a * W for a, W in zip(incoming, batch.W, strict=True)]
    for key, name, expected in (("U", "Δw", updates), ("S", "a·w", signals)):
        pilot.press(key)
        assert view.scale.quantity.name == name
        for layer, values in zip(view._colouring.layers, expected, strict=True):
            assert layer is not None
            assert abs(layer.W - values).max() < 1e-6
