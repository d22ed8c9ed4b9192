import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.views.geometry import Edge, Neuron
from bpviz.views.weight_finder import WeightFinder

CLASSES = [str(digit) for digit in range(10)]


@pytest.fixture
def finder(qtbot: QtBot) -> WeightFinder:
    finder = WeightFinder()
    qtbot.addWidget(finder)
    finder.set_network((784, 16, 12, 10), CLASSES)
    finder.show()
    return finder


def test_that_numbers_count_from_one(qtbot: QtBot, finder: WeightFinder) -> None:
    finder.show_part(Edge(1, 0, 11))
    assert (finder.layer.value(), finder.start.value(), finder.end.value()) == (2, 1, 12)
    assert (finder.layer.maximum(), finder.start.maximum(), finder.end.maximum()) == (3, 16, 12)


def test_that_typing_a_number_asks_for_its_weight_once_it_is_whole(
    qtbot: QtBot, finder: WeightFinder
) -> None:
    finder.show_part(Edge(0, 0, 3))
    asked: list[Edge] = []
    finder.part_requested.connect(asked.append)
    finder.start.selectAll()
    QTest.keyClicks(finder.start, "407")
    assert asked == []
    QTest.keyClick(finder.start, Qt.Key.Key_Return)
    assert asked[-1] == Edge(0, 406, 3)
    assert finder.ends.text() == "from pixel in row 15, column 15"


def test_that_enter_asks_for_the_weight_that_stands_there(
    qtbot: QtBot, finder: WeightFinder
) -> None:
    with qtbot.waitSignal(finder.part_requested) as asked:
        QTest.keyClick(finder.end, Qt.Key.Key_Return)
    assert asked.args == [Edge(2, 0, 0)]


def test_that_another_layer_keeps_the_numbers_within_it(qtbot: QtBot, finder: WeightFinder) -> None:
    finder.show_part(Edge(0, 783, 15))
    with qtbot.waitSignal(finder.part_requested) as asked:
        QTest.keyClick(finder.layer, Qt.Key.Key_Up)
    assert asked.args == [Edge(1, 15, 11)]


def test_that_following_a_part_asks_for_nothing(qtbot: QtBot, finder: WeightFinder) -> None:
    with qtbot.assertNotEmitted(finder.part_requested):
        finder.show_part(Edge(2, 3, 7))
        assert finder.ends.text() == "to output “7”"
        finder.show_part(Neuron(2, 5))
        assert finder.edge == Edge(1, 0, 5)
        finder.show_part(Neuron(0, 700))
        assert finder.edge == Edge(0, 700, 0)
        finder.show_part(None)
        assert finder.edge == Edge(0, 700, 0)


def test_that_nothing_moves_when_there_is_something_to_say_of_the_ends(
    finder: WeightFinder,
) -> None:
    finder.show_part(Edge(2, 3, 7))
    said = finder.sizeHint()
    finder.show_part(Edge(1, 3, 7))
    assert finder.ends.text() == ""
    assert finder.sizeHint() == said
