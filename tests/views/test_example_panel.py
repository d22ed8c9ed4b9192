import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from bpviz.data import Table, Task
from bpviz.engine import SGD, Array, Network, Records, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.example_panel import ExamplePanel
from bpviz.views.parameter_model import GRADIENT, NEW, VALUE
from bpviz.views.theme import DARK, LIGHT

START = np.array([0.15, 0.25, 0.2, 0.3, 0.35, 0.35, 0.4, 0.5, 0.45, 0.55, 0.6, 0.6])
PARAMETERS = (
    *("w1", "w3", "w2", "w4", "b1 (h1)", "b1 (h2)"),
    *("w5", "w7", "w6", "w8", "b2 (o1)", "b2 (o2)"),
)
MAZUR = Task(
    ("o1", "o2"),
    ("i1", "i2"),
    Table(np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])),
    start=START,
    dtype=np.dtype(np.float64),
)
XOR = Task(
    ("o",),
    ("i1", "i2"),
    Table(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])),
    start=np.array([1, 0.5, -1, -1, 0, 0, 1, -1, 0.0]),
    dtype=np.dtype(np.float64),
)
STAGES = 6  # of a network with two layers


class Example:
    """A panel, and a network whose batch it shows."""

    def __init__(self, qtbot: QtBot, task: Task, names: tuple[str, ...], loss: str) -> None:
        self.panel = ExamplePanel()
        qtbot.addWidget(self.panel)
        self.panel.show_example("Title", "Text", "Source", task, ("h1", "h2"), names)
        sizes = (task.n_in, 2, task.n_out)
        network = Network(sizes, hidden="sigmoid", output="sigmoid", loss=loss, dtype=np.float64)
        assert task.start is not None
        self.network = network.over(np.array(task.start))
        self.task = task

    def show(
        self,
        n_stages: int,
        order: list[int] | None = None,
        sample: int | None = None,
        step: Array | None = None,
    ) -> None:
        """Show the first stages of a batch, in which one sample is looked at, or all are."""
        taken = np.array(range(len(self.task.train)) if order is None else order)
        x, y = self.task.train.inputs(taken), self.task.train.targets(taken)
        records = Records(self.network.over(self.network.params.copy()), x, y)
        iterator = stages(self.network, x, y, SGD(learning_rate=0.5), train_biases=False)
        records = collect(records, (next(iterator) for _ in range(n_stages)))
        rows = np.arange(len(x)) if sample is None else np.array([sample])
        view = BatchView(records, None, self.task.classes, rows, sample)
        self.panel.show_batch(view, self.network.params, step)

    def samples(self, column: int) -> list[str]:
        table = self.panel.samples
        return [table.model().index(row, column).data() for row in range(table.rowCount())]

    def neurons(self, column: int) -> list[str]:
        table = self.panel.neurons
        return [table.model().index(row, column).data() for row in range(table.rowCount())]

    def parameters(self, column: int) -> dict[str, str]:
        table = self.panel.parameters
        rows = range(table.model().rowCount())
        return {
            table.model().index(row, 0).data(): table.model().index(row, column).data()
            for row in rows
        }


@pytest.fixture
def mazur(qtbot: QtBot) -> Example:
    return Example(qtbot, MAZUR, PARAMETERS, "squared_error")


@pytest.fixture
def xor(qtbot: QtBot) -> Example:
    names = ("w1", "w3", "w2", "w4", "b1", "b2", "w5", "w6", "b3")
    return Example(qtbot, XOR, names, "squared_error")


def test_that_the_example_is_told_before_anything_is_computed(mazur: Example) -> None:
    mazur.panel.show_batch(None, START)
    texts = (mazur.panel.title.text(), mazur.panel.text.text(), mazur.panel.source.text())
    assert texts == ("Title", "Text", "From: Source")
    assert mazur.samples(0) == ["0.05, 0.1 → o1", "→ o2"]
    assert mazur.samples(1) == ["0.01", "0.99"]
    assert mazur.samples(2) == mazur.samples(3) == ["–", "–"]
    assert mazur.panel.loss.text() == "E = –"
    assert mazur.neurons(0) == ["h1", "h2", "o1", "o2"]
    assert [mazur.neurons(column) for column in (1, 2, 3)] == [["–"] * 4] * 3
    assert list(mazur.parameters(VALUE)) == [
        *(f"w{n}" for n in range(1, 9)),
        *("b1 (h1)", "b1 (h2)", "b2 (o1)", "b2 (o2)"),
    ]
    assert mazur.parameters(VALUE)["w5"] == "0.40000000"
    assert set(mazur.parameters(GRADIENT).values()) == {"–"}


def test_that_a_whole_batch_shows_the_articles_numbers(mazur: Example) -> None:
    mazur.show(STAGES)
    assert mazur.panel.loss.text() == "E = 0.298371109"
    assert mazur.samples(2) == ["0.75136507", "0.77292847"]
    assert mazur.samples(3) == ["0.27481108", "0.02356003"]
    assert mazur.neurons(1) == ["0.37750000", "0.39250000", "1.10590597", "1.22492140"]
    assert mazur.neurons(2) == ["0.59326999", "0.59688438", "0.75136507", "0.77292847"]
    assert mazur.neurons(3)[2:] == ["0.13849856", "-0.03809824"]
    used, gradient, new = (mazur.parameters(column) for column in (VALUE, GRADIENT, NEW))
    assert (used["w5"], gradient["w5"], new["w5"]) == ("0.40000000", "0.08216704", "0.35891648")
    assert (used["w1"], gradient["w1"], new["w1"]) == ("0.15000000", "0.00043857", "0.14978072")
    assert [new[f"w{n}"] for n in (6, 7, 8)] == ["0.40866619", "0.51130127", "0.56137012"]
    assert new["b2 (o1)"] == used["b2 (o1)"] == "0.60000000"


def test_that_each_stage_adds_its_numbers_and_no_others(mazur: Example) -> None:
    known = {1: (2, 0, 0, 0), 2: (4, 2, 0, 0), 3: (4, 2, 0, 0), 4: (4, 2, 2, 6), 5: (4, 2, 4, 12)}
    for n_stages, (n_a, n_out, n_delta, n_gradient) in known.items():
        mazur.show(n_stages)
        assert [text != "–" for text in mazur.neurons(2)] == [n < n_a for n in range(4)]
        assert sum(text != "–" for text in mazur.samples(2)) == n_out
        assert sum(text != "–" for text in mazur.neurons(3)) == n_delta
        assert sum(text != "–" for text in mazur.parameters(GRADIENT).values()) == n_gradient
        assert (mazur.panel.loss.text() == "E = –") == (n_stages < 3)
        assert (mazur.samples(3)[0] == "–") == (n_stages < 3)
        assert set(mazur.parameters(NEW).values()) == {"–"}
    mazur.panel.show_batch(None, START)
    assert set(mazur.parameters(GRADIENT).values()) | set(mazur.neurons(2)) == {"–"}


def test_that_what_the_update_will_do_is_shown_before_it(mazur: Example) -> None:
    step = np.full(12, -0.125)
    mazur.show(5, step=step)
    assert mazur.parameters(VALUE)["w1"] == "0.15000000"
    assert mazur.parameters(NEW)["w1"] == "0.02500000"


def test_that_a_parameter_changed_after_the_update_is_shown_as_it_is_now(mazur: Example) -> None:
    mazur.show(STAGES)
    x, y = MAZUR.train.inputs(slice(None)), MAZUR.train.targets(slice(None))
    network = mazur.network.over(START.copy())
    records = collect(Records(network.over(START), x, y), stages(network, x, y, SGD(0.5)))
    now = network.params.copy()
    now[6] = 7.5
    mazur.panel.show_batch(BatchView(records, None, MAZUR.classes, np.array([0]), 0), now)
    assert mazur.parameters(VALUE)["w5"] == "0.40000000"
    assert mazur.parameters(NEW)["w5"] == "7.50000000"


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def hidden(i1: float, i2: float) -> tuple[float, float]:
    return sigmoid(i1 - i2), sigmoid(i1 / 2 - i2)


def test_that_samples_keep_their_rows_in_whatever_order_the_batch_has_them(xor: Example) -> None:
    xor.show(3, order=[2, 0, 3, 1])
    assert xor.samples(0) == ["0, 0", "0, 1", "1, 0", "1, 1"]
    assert xor.samples(1) == ["0", "1", "1", "0"]
    answers = []
    for i1, i2 in ((0, 0), (0, 1), (1, 0), (1, 1)):
        h1, h2 = hidden(i1, i2)
        answers.append(sigmoid(h1 - h2))
    assert xor.samples(2) == [f"{a:.8f}" for a in answers]
    losses = [(a - y) ** 2 / 2 for a, y in zip(answers, (0, 1, 1, 0), strict=True)]
    assert xor.samples(3) == [f"{loss:.8f}" for loss in losses]
    assert xor.panel.loss.text() == f"E = {sum(losses) / 4:.9f}"
    assert xor.panel.loss_note.text() == "mean of the samples"


def test_that_neurons_are_those_of_the_sample_looked_at_or_a_mean(xor: Example) -> None:
    xor.show(2, order=[2, 0, 3, 1], sample=0)
    h1, h2 = hidden(1, 0)
    assert xor.neurons(2) == [f"{a:.8f}" for a in (h1, h2, sigmoid(h1 - h2))]
    assert xor.panel.headings[1].text() == "Neurons, for x = (1, 0)"
    xor.show(2)
    means = np.mean([hidden(i1, i2) for i1 in (0, 1) for i2 in (0, 1)], axis=0)
    assert xor.neurons(2)[:2] == [f"{a:.8f}" for a in means]
    assert xor.panel.headings[1].text() == "Neurons, mean of 4 samples"


def test_that_the_gradient_is_the_batchs_whoever_is_looked_at(xor: Example) -> None:
    xor.show(5)
    whole = xor.parameters(GRADIENT)
    xor.show(5, sample=2)
    assert xor.parameters(GRADIENT) == whole
    assert "whole batch" in xor.panel.headings[2].text()


def test_that_the_parts_of_another_loss_are_not_said_to_be_squares(qtbot: QtBot) -> None:
    example = Example(qtbot, MAZUR, PARAMETERS, "cross_entropy")
    example.show(3)
    assert example.panel.samples.isColumnHidden(3)
    loss = -sum(
        y * math.log(a) + (1 - y) * math.log(1 - a)
        for a, y in ((0.75136506955, 0.01), (0.77292846532, 0.99))
    )
    assert example.panel.loss.text() == f"E = {loss:.9f}"


def test_that_wishes_leave_the_panel(qtbot: QtBot, mazur: Example) -> None:
    panel = mazur.panel
    mazur.show(STAGES)
    panel.resize(360, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    for button, signal in (
        (panel.back_to_digits, panel.back_requested),
        (panel.textbook_values, panel.reset_requested),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    table = panel.parameters
    at = table.visualRect(table.model().index(table.row_of(6), VALUE)).center()
    with qtbot.waitSignal(panel.parameter_requested) as requested:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert requested.args == [6]
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    field = table.findChild(QLineEdit, "parameter_editor")
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "o.4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert panel.message.text().startswith("“o.4” is not a number")
    assert panel.message.property("trouble")
    field.selectAll()
    QTest.keyClicks(field, "0.4")
    assert not panel.message.property("trouble")
    with qtbot.waitSignal(panel.value_typed) as typed:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert typed.args == [6, 0.4]


def test_that_a_selected_parameter_comes_into_sight(qtbot: QtBot, mazur: Example) -> None:
    panel = mazur.panel
    mazur.show(STAGES)
    panel.resize(320, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    table = panel.parameters

    def in_sight() -> bool:
        cell = table.visualRect(table.model().index(table.row_of(11), VALUE))
        at = table.viewport().mapTo(panel, QPoint(5, cell.center().y()))
        return panel.rect().contains(at) and panel.childAt(at) is table.viewport()

    assert not in_sight()
    with qtbot.assertNotEmitted(panel.parameter_requested):
        panel.select(11)
    assert in_sight()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("width", [320, 360])
def test_that_no_number_is_cut_off(qtbot: QtBot, xor: Example, width: int, theme: object) -> None:
    xor.panel.set_theme(DARK if theme is DARK else LIGHT)
    xor.show(STAGES)
    xor.panel.resize(width, 600)
    with qtbot.waitExposed(xor.panel):
        xor.panel.show()
    for table in (xor.panel.samples, xor.panel.neurons, xor.panel.parameters):
        for column in range(table.model().columnCount()):
            assert table.sizeHintForColumn(column) <= table.columnWidth(column)
