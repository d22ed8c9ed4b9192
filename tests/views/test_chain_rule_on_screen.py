"""What the inspector writes must be right as it is written: its factors make its results."""

import re
from itertools import pairwise
from math import floor, log10

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from bpviz.engine import Network, Records, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.geometry import Edge
from bpviz.views.inspector import Inspector

NETWORKS = {
    "relu": {"hidden": "relu"},
    "tanh": {"hidden": "tanh", "output": "linear", "loss": "squared_error"},
    "sigmoid": {"hidden": "sigmoid", "output": "sigmoid", "loss": "squared_error"},
    "softmax_squared": {"hidden": "leaky_relu", "output": "softmax", "loss": "squared_error"},
}
SIZES = {
    "relu": (784, 16, 16, 10),
    "tanh": (5, 7, 6, 3),
    "sigmoid": (4, 8, 8, 8, 2),
    "softmax_squared": (6, 5, 4),
}
NUMBER = re.compile(r"[-+]?\d[\d.]*(?:e[-+]\d+)?")


def written(text: str) -> tuple[float, float]:
    """Return the number in a text, and by how much rounding may have changed it."""
    value = float(text)
    return value, 0.5 * 10 ** (floor(log10(abs(value))) - 3) if value else 0.0


def product_matches(factors: list[str], result: str) -> bool:
    value, slack = 1.0, 0.0
    for text in factors:
        factor, rounding = written(text)
        slack = abs(value) * rounding + abs(factor) * slack + slack * rounding
        value *= factor
    expected, rounding = written(result)
    return abs(value - expected) <= slack + rounding + 1e-6 * abs(expected)


def sum_matches(parts: list[str], result: str, share: float = 1.0) -> bool:
    values = [written(part) for part in parts]
    total, rounding = written(result)
    slack = share * sum(rounding for _, rounding in values) + rounding
    # Results are the float32 that trains; its own rounding is below that of four digits, unless
    # the parts cancel out.
    slack += 1e-6 * share * sum(abs(value) for value, _ in values)
    return abs(share * sum(value for value, _ in values) - total) <= slack


@pytest.mark.parametrize("name", NETWORKS)
def test_that_displayed_factors_make_the_displayed_gradient_and_delta(
    qtbot: QtBot, name: str
) -> None:
    rng = np.random.default_rng(7)
    sizes = SIZES[name]
    network = Network(sizes, rng, **NETWORKS[name])
    x = rng.random((12, sizes[0])).astype(np.float32)
    labels = rng.integers(0, sizes[-1], 12)
    y = np.eye(sizes[-1], dtype=np.float32)[labels]
    records = collect(Records(network, x, y), stages(network, x, y))
    classes = [str(i) for i in range(sizes[-1])]
    view = BatchView(records, labels, classes, np.arange(12, dtype=np.intp))

    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.set_network(sizes, classes, sizes[0] == 784)
    inspector.show_batch(view, network.split(network.params))
    inspector.show()
    shapes = list(pairwise(sizes))
    for _ in range(100):
        pair = int(rng.integers(len(shapes)))
        edge = Edge(pair, int(rng.integers(shapes[pair][0])), int(rng.integers(shapes[pair][1])))
        inspector.inspect(edge)

        table = inspector.weight.table
        table.set_expanded(True)
        lines = range(12)
        rows = [[table.text_at(line, column) for column in (1, 2, 3)] for line in lines]
        for *factors, product in rows:
            assert product_matches(factors, product), (edge, factors, product)
        gradient = inspector.weight.headline.text()
        assert table.foot_text(3) == gradient
        assert sum_matches([row[2] for row in rows], gradient, 1 / 12), (edge, rows, gradient)
        dW = records.gradients()[pair]
        assert dW is not None
        value, rounding = written(gradient)
        assert abs(value - dW.W[edge.start, edge.end]) <= rounding * 1.01

        check_delta(inspector, pair == len(shapes) - 1, name, rows[0][1])


def check_delta(inspector: Inspector, is_output: bool, name: str, delta: str) -> None:
    card = inspector.delta
    numbers = NUMBER.findall(card.result.text().replace(" − ", " "))
    assert numbers[-1] == delta  # of the table's first row: the strongest wish
    assert float(numbers[-1]) == pytest.approx(float(delta))
    if is_output and name == "relu":
        a, y, result = numbers
        assert sum_matches([a, str(-float(y))], result)
        return
    if is_output and name != "softmax_squared":
        slope, error, result = numbers
        a, y, shown_error = NUMBER.findall(card.error.text().replace(" − ", " "))
        assert sum_matches([a, str(-float(y))], shown_error)
        assert float(error) == float(shown_error)
        assert product_matches([slope, error], result)
        return
    card.table.set_expanded(True)
    rows = [
        [card.table.text_at(line, column) for column in (1, 2, 3)]
        for line in range(len(card.table.rows()))
    ]
    for *factors, product in rows:
        assert product_matches(factors, product)
    total = card.table.foot_text(3)
    assert sum_matches([row[2] for row in rows], total)
    if is_output:
        a, error, shown_total, result = numbers
        value, slack = written(error)
        total_value, total_slack = written(shown_total)
        difference = value - total_value
        assert float(shown_total) == float(total)
        tolerance = abs(float(a)) * (slack + total_slack) + 1e-3 * abs(float(result))
        assert abs(float(a) * difference - float(result)) <= tolerance
    else:
        slope, shown_total, result = numbers
        assert float(shown_total) == float(total)
        assert product_matches([slope, shown_total], result)


def test_that_a_textbooks_numbers_are_shown_with_its_digits(qtbot: QtBot) -> None:
    # Matt Mazur, A step by step backpropagation example, 2015.
    network = Network(
        (2, 2, 2), hidden="sigmoid", output="sigmoid", loss="squared_error", dtype=np.float64
    )
    network.layers[0].W[:] = [[0.15, 0.25], [0.20, 0.30]]
    network.layers[1].W[:] = [[0.40, 0.50], [0.45, 0.55]]
    network.layers[0].b[:], network.layers[1].b[:] = 0.35, 0.60
    x, y = np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])
    records = collect(Records(network, x, y), stages(network, x, y))
    view = BatchView(records, None, ["o1", "o2"], np.array([0], np.intp))
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.set_network((2, 2, 2), ["o1", "o2"], False)
    inspector.show_batch(view, network.split(network.params))

    inspector.inspect(Edge(1, 0, 0))
    assert inspector.weight.headline.text() == "+0.082167041"
    assert inspector.delta.result.text() == "= 0.1868156 · 0.74136507 = +0.13849856"
    assert inspector.delta.error.text() == "= 0.75136507 − 0.01 = +0.74136507"
    inspector.inspect(Edge(0, 0, 0))
    assert inspector.weight.headline.text() == "+0.00043856773"
    assert inspector.delta.table.foot_text(3) == "+0.036350306"
