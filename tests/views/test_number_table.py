import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpviz.views.number_grid import HEADER_PX
from bpviz.views.number_rows import NumberColumn
from bpviz.views.number_table import NumberTable

VALUES = np.array([0.1, -7.0, 3.0, 0.0, -0.5, 2.0])


@pytest.fixture
def table(qtbot: QtBot) -> NumberTable:
    table = NumberTable("table", "Table", "Tip", shown=3, row_px=20, sortable=True)
    qtbot.addWidget(table)
    show(table)
    table.resize(260, table.height())
    table.show()
    return table


def show(table: NumberTable, marked: int | None = None, digits: int = 4) -> None:
    columns = [
        NumberColumn("first", np.arange(6.0)),
        NumberColumn("second", VALUES, True, float(VALUES.mean())),
    ]
    table.show_rows(
        "name", lambda row: f"row {row}", columns, 6, foot="mean", marked=marked, digits=digits
    )


def line(number: int) -> QPoint:
    return QPoint(30, HEADER_PX + 20 * number + 10)


def test_that_the_strongest_come_first_whatever_their_sign(table: NumberTable) -> None:
    assert table.rows() == [1, 2, 5]
    assert [table.text_at(0, column) for column in range(3)] == ["row 1", "+1", "-7"]
    assert table.foot_text(0) == "mean"
    assert table.foot_text(1) == ""
    assert table.foot_text(2) == "-0.4"


def test_that_the_rest_opens_and_closes(qtbot: QtBot, table: NumberTable) -> None:
    height = table.height()
    assert table.more_text() == "3 more"
    with qtbot.assertNotEmitted(table.row_requested):
        QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=line(3))
    assert table.rows() == [1, 2, 5, 4, 0, 3]
    assert table.height() == height + 60
    assert table.more_text() == "show fewer"
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=line(6))
    assert table.rows() == [1, 2, 5]


def test_that_a_clicked_row_is_asked_for(qtbot: QtBot, table: NumberTable) -> None:
    with qtbot.waitSignal(table.row_requested) as requested:
        QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=line(1))
    assert requested.args == [2]


def test_that_keys_reach_every_row_and_the_rest(qtbot: QtBot, table: NumberTable) -> None:
    for _ in range(3):
        QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.row_requested) as requested:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert requested.args == [5]
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.expanded
    QTest.keyClick(table, Qt.Key.Key_Up)
    with qtbot.waitSignal(table.row_requested) as requested:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert requested.args == [5]


def test_that_a_head_sorts_by_its_column(qtbot: QtBot, table: NumberTable) -> None:
    QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=QPoint(150, 8))
    assert table.rows() == [5, 4, 3]
    show(table)  # the choice outlives new numbers
    assert table.rows() == [5, 4, 3]
    QTest.keyClick(table, Qt.Key.Key_Up)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.rows() == [1, 2, 5]


def test_that_the_marked_row_is_in_sight(table: NumberTable) -> None:
    show(table, marked=3)
    assert table.rows() == [1, 2, 3]
    show(table, marked=2)
    assert table.rows() == [1, 2, 5]


def test_that_unknown_numbers_are_dashes_in_the_given_order(table: NumberTable) -> None:
    table.show_rows("name", str, [NumberColumn("later", None)], 2)
    assert [table.text_at(row, 1) for row in range(2)] == ["–", "–"]
    assert table.more_text() == ""
    assert not table.grab().isNull()


def test_that_more_digits_are_shown_on_demand(table: NumberTable) -> None:
    table.show_rows("", str, [NumberColumn("pi", np.array([np.pi]))], 1, digits=8)
    assert table.text_at(0, 1) == "+3.1415927"


def test_that_what_is_not_a_number_comes_last(table: NumberTable) -> None:
    table.show_rows("", str, [NumberColumn("x", np.array([np.nan, 1.0, -np.inf]), True)], 3)
    assert [table.text_at(row, 1) for row in range(3)] == ["-∞", "+1", "NaN"]
    assert not table.grab().isNull()
