from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bpviz.engine import LayerArrays, Network, Records, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.inspector import Inspector
from bpviz.views.number_grid import HEADER_PX
from bpviz.views.number_table import NumberTable
from bpviz.views.numbers import signed
from bpviz.views.theme import LIGHT

SIZES = (784, 8, 7, 10)
CLASSES = [str(digit) for digit in range(10)]
LABELS = np.arange(20) % 10
ALL_STAGES = 7


def network() -> Network:
    return Network(SIZES, np.random.default_rng(3))


def batch_of(
    net: Network, taken: int = ALL_STAGES, sample: int | None = None, label: int | None = None
) -> BatchView:
    x = np.random.default_rng(4).random((20, SIZES[0])).astype(np.float32)
    y = np.eye(10, dtype=np.float32)[LABELS]
    records = collect(Records(net, x, y), islice(stages(net, x, y), taken))
    rows = np.arange(20) if label is None else np.flatnonzero(label == LABELS)
    if sample is not None:
        rows = np.array([sample])
    return BatchView(records, LABELS, CLASSES, rows, sample, label)


def parameters(net: Network) -> Sequence[LayerArrays]:
    return net.split(net.params)


@pytest.fixture
def tool() -> QLabel:
    return QLabel("a tool")


@pytest.fixture
def inspector(qtbot: QtBot, tool: QLabel) -> Inspector:
    inspector = Inspector([("Tool", "What it does", tool)])
    qtbot.addWidget(inspector)
    inspector.set_network(SIZES, CLASSES, True)
    inspector.resize(330, 900)
    inspector.show()
    return inspector


def look(inspector: Inspector, part: Part | None, **batch: int) -> BatchView:
    net = network()
    view = batch_of(net, **batch)
    inspector.show_batch(view, parameters(net))
    inspector.inspect(part)
    return view


def click_row(qtbot: QtBot, table: NumberTable, line: int, row_px: int) -> None:
    at = QPoint(40, HEADER_PX + line * row_px + row_px // 2)
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=at)


def gradient_of(view: BatchView, edge: Edge) -> np.ndarray:
    """Each sample's, computed apart in float64."""
    records = view.records
    a = records.forwards[edge.pair].a_in[:, edge.start].astype(np.float64)
    backward = records.backward(edge.pair)
    assert backward is not None
    products: np.ndarray = a * backward.delta[:, edge.end]
    return products


def test_that_it_invites_while_nothing_is_inspected(inspector: Inspector, tool: QLabel) -> None:
    look(inspector, None)
    assert inspector.invitation.isVisible()
    assert inspector.finder.isVisible()
    assert inspector.parameter is None
    assert not tool.isVisible()
    assert not inspector.page.isVisible()
    assert not inspector.close_part.isVisible()


def test_that_a_weights_card_says_what_the_samples_want(inspector: Inspector) -> None:
    edge = Edge(1, 2, 3)
    view = look(inspector, edge)
    products = gradient_of(view, edge)
    card = inspector.weight
    assert inspector.title.text() == "Weight · layer 2, neuron 3 → neuron 4"
    assert card.headline.text() == card.table.foot_text(3)
    assert float(card.headline.text()) == pytest.approx(products.mean(), rel=1e-3)
    order = np.argsort(-np.abs(products), kind="stable")[:6]
    assert [card.table.sample_at(line) for line in range(6)] == order.tolist()
    assert card.table.text_at(0, 0) == CLASSES[LABELS[order[0]]]
    assert card.table.text_at(0, 3) == signed(products[order[0]])
    higher, lower = int((products < 0).sum()), int((products > 0).sum())
    assert card.wishes.text() == f"{higher} of 20 want it higher, {lower} lower"
    assert card.weight.text() == signed(float(network().layers[1].W[2, 3]))
    assert inspector.delta.whose.text().startswith(f"for sample {order[0] + 1}, ")


def test_that_the_weight_shown_is_the_one_now(inspector: Inspector) -> None:
    net = network()
    view = batch_of(net)
    moved = net.over(net.params + np.float32(1))
    inspector.inspect(Edge(1, 2, 3))
    inspector.show_batch(view, parameters(moved))
    assert inspector.weight.weight.text() == signed(float(moved.layers[1].W[2, 3]))


def test_that_factors_lead_to_their_neurons(qtbot: QtBot, inspector: Inspector) -> None:
    look(inspector, Edge(1, 2, 3))
    for button, part in (
        (inspector.weight.a, Neuron(1, 2)),
        (inspector.weight.delta, Neuron(2, 3)),
    ):
        with qtbot.waitSignal(inspector.part_requested) as asked:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args == [part]


def test_that_a_row_of_delta_leads_to_its_weight(qtbot: QtBot, inspector: Inspector) -> None:
    look(inspector, Edge(0, 300, 5))
    table = inspector.delta.table
    with qtbot.waitSignal(inspector.part_requested) as asked:
        click_row(qtbot, table, 1, 20)
    assert asked.args == [Edge(1, 5, table.rows()[1])]


def test_that_a_sample_is_chosen_and_let_go(qtbot: QtBot, inspector: Inspector) -> None:
    look(inspector, Edge(1, 2, 3))
    table = inspector.weight.table
    wanted = table.sample_at(2)
    with qtbot.waitSignal(inspector.sample_requested) as asked:
        click_row(qtbot, table, 2, 30)
    assert asked.args == [wanted]
    look(inspector, Edge(1, 2, 3), sample=wanted)
    with qtbot.waitSignal(inspector.sample_requested) as asked:
        click_row(qtbot, table, 2, 30)
    assert asked.args == [None]


def test_that_a_single_sample_stands_beside_all_others(inspector: Inspector) -> None:
    edge = Edge(1, 2, 3)
    view = look(inspector, edge, sample=7)
    products = gradient_of(view, edge)
    card = inspector.weight
    assert card.headline.text() == signed(products[7])
    assert card.sample.isVisible()
    assert card.sample.text().endswith("one of 20 wishes")
    assert 7 in [card.table.sample_at(line) for line in range(6)]
    assert float(card.table.foot_text(3)) == pytest.approx(products.mean(), rel=1e-3)
    assert inspector.delta.whose.text() == "for sample 8, a “7”"


def test_that_a_label_leaves_only_its_samples(inspector: Inspector) -> None:
    edge = Edge(2, 2, 3)
    view = look(inspector, edge, label=4)
    products = gradient_of(view, edge)[LABELS == 4]
    table = inspector.weight.table
    assert sorted(table.sample_at(line) for line in range(2)) == [4, 14]
    assert table.more_text() == ""
    assert inspector.weight.headline.text() == signed(products.mean())


def test_that_a_label_without_samples_is_named(inspector: Inspector) -> None:
    net = network()
    whole = batch_of(net)
    view = BatchView(whole.records, LABELS, CLASSES, np.array([], np.intp), None, 3)
    inspector.show_batch(view, parameters(net))
    inspector.inspect(Edge(1, 2, 3))
    assert inspector.weight.wishes.text() == "no “3” in this batch"
    for part in (Neuron(1, 2), Neuron(3, 0), Neuron(0, 5)):
        inspector.inspect(part)
        assert not inspector.delta.isVisible()
    assert not inspector.grab().isNull()


@pytest.mark.parametrize("taken", [3, 4, 5])
def test_that_nothing_is_shown_before_it_is_computed(inspector: Inspector, taken: int) -> None:
    look(inspector, Edge(1, 2, 3), taken=taken)
    card = inspector.weight
    assert card.headline.text() == "not yet"
    assert "press →" in card.wishes.text()
    assert card.table.text_at(0, 1) != "–"
    assert [card.table.text_at(0, column) for column in (2, 3)] == ["–", "–"]
    assert card.table.foot_text(0) == ""
    assert not inspector.delta.isVisible()
    look(inspector, Neuron(1, 2), taken=taken)
    assert inspector.neuron.z.text() != "not yet"
    assert inspector.neuron.bias_gradient.text() == "not yet"
    assert inspector.pictures.gradient.values() is None


def test_that_nothing_comes_in_before_the_forward_pass(inspector: Inspector) -> None:
    look(inspector, Edge(1, 2, 3), taken=1)
    assert not inspector.weight.table.isVisible()
    look(inspector, Neuron(2, 3), taken=1)
    assert inspector.neuron.a.text() == "not yet"
    assert not inspector.ways.isVisible()
    inspector.show_batch(None, parameters(network()))
    for part in (Neuron(0, 3), Neuron(1, 3), Edge(0, 1, 2)):
        inspector.inspect(part)
        assert not inspector.grab().isNull()
    assert inspector.weight.headline.text() == "not yet"


def test_that_a_neuron_shows_its_numbers(inspector: Inspector) -> None:
    view = look(inspector, Neuron(2, 3))
    forward, backward = view.records.forwards[1], view.records.backward(1)
    assert backward is not None
    card = inspector.neuron
    assert inspector.title.text() == "Neuron 4 of layer 2"
    assert card.whose.text() == "mean of 20 samples"
    assert card.z.text() == signed(float(forward.z[:, 3].mean(dtype=np.float64)))
    assert card.a.text() == signed(float(forward.a[:, 3].mean(dtype=np.float64)))
    blame = signed(float(backward.db[3]))
    assert card.delta.text().split(",")[0] == blame
    assert ("fall" in card.delta.text()) == (float(blame) > 0)
    assert card.bias_gradient.text().startswith(blame)
    assert card.bias.text() == signed(float(view.records.network.layers[1].b[3]))
    assert "ReLU" in card.function.text()
    assert not inspector.pictures.isVisible()


def test_that_the_ways_to_raise_a_neuron_are_ranked_and_lead_on(
    qtbot: QtBot, inspector: Inspector
) -> None:
    view = look(inspector, Neuron(2, 3))
    a = view.records.forwards[1].a_in.mean(axis=0)
    w = view.records.network.layers[1].W[:, 3]
    ways = inspector.ways
    assert ways.weights.rows() == np.argsort(-np.abs(a), kind="stable")[:5].tolist()
    assert ways.activations.rows() == np.argsort(-np.abs(w), kind="stable")[:5].tolist()
    assert ways.activations.text_at(0, 2) == signed(float(w[ways.activations.rows()[0]]))
    inspector._scroll.ensureWidgetVisible(ways.activations)
    with qtbot.waitSignal(inspector.part_requested) as asked:
        click_row(qtbot, ways.weights, 0, 20)
    assert asked.args == [Edge(1, ways.weights.rows()[0], 3)]
    with qtbot.waitSignal(inspector.part_requested) as asked:
        click_row(qtbot, ways.activations, 0, 20)
    assert asked.args == [Neuron(1, ways.activations.rows()[0])]


@pytest.mark.parametrize("chosen", [{}, {"label": 4}, {"sample": 9}])
def test_that_a_neuron_fed_by_the_picture_shows_its_weights_as_one(
    qtbot: QtBot, inspector: Inspector, chosen: dict[str, int]
) -> None:
    view = look(inspector, Edge(0, 406, 3), **chosen)
    pictures = inspector.pictures
    assert pictures.isVisible()
    assert pictures.weights.marked == pictures.gradient.marked == 406
    shown = pictures.gradient.values()
    wanted = view.records.gradients(view.rows)[0]
    assert shown is not None
    assert wanted is not None
    np.testing.assert_allclose(shown.ravel(), wanted.W[:, 3], rtol=1e-5, atol=1e-8)
    with qtbot.waitSignal(inspector.part_requested) as asked:
        QTest.mouseClick(pictures.weights, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert asked.args == [Edge(0, 0, 3)]


def test_that_an_input_shows_where_more_of_it_would_help(
    qtbot: QtBot, inspector: Inspector
) -> None:
    view = look(inspector, Neuron(0, 406))
    first = view.records.backward(0)
    assert first is not None
    gradient = first.delta @ view.records.network.layers[0].W.T
    assert inspector.title.text() == "Pixel in row 15, column 15"
    shown = float(inspector.input.gradient.text())
    assert shown == pytest.approx(float(gradient[:, 406].mean()), rel=1e-3)
    assert inspector.input.table.foot_text(3) == inspector.input.gradient.text()
    with qtbot.waitSignal(inspector.part_requested) as asked:
        click_row(qtbot, inspector.input.table, 0, 20)
    assert asked.args == [Edge(0, 406, inspector.input.table.rows()[0])]


def test_that_tools_act_on_a_weight_or_a_bias(inspector: Inspector, tool: QLabel) -> None:
    button = inspector.page.buttons["tool"]
    assert (button.text(), button.toolTip()) == ("Tool", "What it does (5)")
    inspector.inspect(Edge(1, 2, 3))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    for part, parameter in (
        (Edge(1, 2, 3), (1, 2, 3)),
        (Neuron(3, 4), (2, None, 4)),
        (Neuron(0, 4), None),
        (None, None),
        (Edge(0, 2, 3), (0, 2, 3)),  # the page is still chosen
    ):
        inspector.inspect(part)
        assert inspector.parameter == parameter
        assert inspector.page.isVisible() == (parameter is not None)
        assert tool.isVisible() == (parameter is not None)
        # What is not a parameter has its numbers all the same.
        assert inspector.input.isVisible() == (part == Neuron(0, 4))
        assert inspector.invitation.isVisible() == (part is None)
        assert not inspector.weight.isVisible()
        assert not inspector.neuron.isVisible()


def test_that_a_page_stands_alone_and_is_up_to_date_when_it_is_turned_to(
    inspector: Inspector, tool: QLabel
) -> None:
    look(inspector, Edge(2, 3, 7))
    cards = (inspector.weight, inspector.delta)
    assert all(card.isVisible() for card in cards)
    assert not tool.isVisible()
    inspector.page.choose("tool")
    assert tool.isVisible()
    assert not any(card.isVisible() for card in cards)
    look(inspector, Edge(2, 4, 8))  # seen by nobody
    inspector.page.choose("chain rule")
    assert not tool.isVisible()
    assert all(card.isVisible() for card in cards)
    assert inspector.weight.weight.text() == signed(float(network().layers[2].W[4, 8]))


def test_that_the_close_button_asks_for_nothing(qtbot: QtBot, inspector: Inspector) -> None:
    look(inspector, Neuron(1, 0))
    with qtbot.waitSignal(inspector.part_requested) as asked:
        QTest.mouseClick(inspector.close_part, Qt.MouseButton.LeftButton)
    assert asked.args == [None]


def test_that_another_network_leaves_nothing_behind(inspector: Inspector) -> None:
    look(inspector, Edge(2, 3, 7))
    inspector.set_network((2, 2, 2), ["a", "b"], False)
    assert inspector.part is None
    inspector.inspect(Edge(1, 1, 1))
    assert inspector.title.text() == "Weight · layer 2, neuron 2 → output “b”"


def test_that_new_numbers_move_nothing(inspector: Inspector) -> None:
    look(inspector, Edge(1, 2, 3))
    inspector.grab()
    net = network()
    net.params *= np.float32(1.01)
    bar = inspector._scroll.verticalScrollBar()
    bar.setValue(bar.maximum())
    places = [card.geometry() for card in inspector._cards]
    at = bar.value()
    inspector.show_batch(batch_of(net), parameters(net))
    inspector.grab()
    assert [card.geometry() for card in inspector._cards] == places
    assert bar.value() == at


@pytest.mark.parametrize("width", [290, 330, 380])
def test_that_nothing_is_cut_off_at_the_side(inspector: Inspector, width: int) -> None:
    inspector.set_theme(LIGHT)
    inspector.resize(width, 500)
    for part in (None, Edge(0, 406, 3), Edge(2, 3, 7), Neuron(1, 3), Neuron(3, 7), Neuron(0, 9)):
        look(inspector, part)
        inspector.grab()
        content = inspector._scroll.widget()
        assert content is not None
        assert content.minimumSizeHint().width() <= inspector._scroll.viewport().width()
        assert inspector.width() == width
