import math

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from bpviz.views.parameter_model import GRADIENT, NAME, NEW, VALUE, decimals
from bpviz.views.parameter_table import ParameterTable
from bpviz.views.theme import DARK, LIGHT

NAMES = ("w1", "w3", "w2", "w10", "b1 (h1)", "b1 (h2)")
VALUES = (0.15, 0.25, 0.1 + 0.2, -1.5, 0.35, 0.0)


@pytest.fixture
def table(qtbot: QtBot) -> ParameterTable:
    table = ParameterTable()
    qtbot.addWidget(table)
    table.set_parameters(NAMES)
    table.show_values(VALUES)
    table.resize(300, table.height())
    with qtbot.waitExposed(table):
        table.show()
    return table


def cell(table: ParameterTable, index: int, column: int) -> QModelIndex:
    return table.model().index(table.row_of(index), column)


def text(table: ParameterTable, index: int, column: int) -> str:
    return str(cell(table, index, column).data())


def middle(table: ParameterTable, index: int, column: int) -> QPoint:
    return table.visualRect(cell(table, index, column)).center()


def open_now(table: ParameterTable) -> QLineEdit:
    # One that was closed lives on until the event loop deletes it.
    (field,) = (x for x in table.findChildren(QLineEdit, "parameter_editor") if x.isVisible())
    return field


def open_field(table: ParameterTable, index: int, column: int) -> QLineEdit:
    at = middle(table, index, column)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    return open_now(table)


def close_field(qtbot: QtBot, table: ParameterTable, key: Qt.Key) -> None:
    with qtbot.waitSignal(table.itemDelegate().closeEditor):
        QTest.keyClick(open_now(table), key)


def test_that_rows_are_ordered_as_books_list_them(table: ParameterTable) -> None:
    names = [table.model().index(row, NAME).data() for row in range(table.model().rowCount())]
    assert names == ["w1", "w2", "w3", "w10", "b1 (h1)", "b1 (h2)"]
    assert [table.row_of(index) for index in range(6)] == [0, 2, 1, 3, 4, 5]


def test_that_numbers_have_eight_decimals_and_what_is_not_known_is_a_dash(
    table: ParameterTable,
) -> None:
    table.show_values(VALUES, [0.08216704, None, -0.5, 1e-12, math.nan, 0.0])
    assert [text(table, index, VALUE) for index in range(6)] == [
        *("0.15000000", "0.25000000", "0.30000000", "-1.50000000", "0.35000000", "0.00000000")
    ]
    gradient = ["0.08216704", "–", "-0.50000000", "1.0e-12", "NaN", "0.00000000"]
    assert [text(table, index, GRADIENT) for index in range(6)] == gradient
    assert {text(table, index, NEW) for index in range(6)} == {"–"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (123456.789, "1.2346e+05"),
        (-4e-9, "-4.0e-09"),
        (5e-9, "0.00000001"),
    ],
)
def test_that_extreme_numbers_stay_short_and_true(value: float, written: str) -> None:
    assert decimals(value) == written


def test_that_the_gradient_has_the_colours_of_its_sign(table: ParameterTable) -> None:
    table.show_values(VALUES, [1.0, -1.0, 0.0, None, 1.0, 1.0])
    for theme in (DARK, LIGHT):
        table.set_theme(theme)
        role = Qt.ItemDataRole.ForegroundRole
        colours = [cell(table, index, GRADIENT).data(role).name() for index in range(4)]
        assert colours == [theme.positive, theme.negative, theme.muted, theme.text]
        assert cell(table, 0, VALUE).data(role).name() == theme.text


def test_that_a_value_for_each_parameter_is_demanded(table: ParameterTable) -> None:
    with pytest.raises(ValueError, match="each of the 6"):
        table.show_values(VALUES[:-1])


def test_that_a_typed_number_is_asked_for_by_its_flat_index(
    qtbot: QtBot, table: ParameterTable
) -> None:
    field = open_field(table, 1, VALUE)
    field.selectAll()
    QTest.keyClicks(field, "-0,75")
    with qtbot.waitSignal(table.value_typed) as typed:
        close_field(qtbot, table, Qt.Key.Key_Return)
    assert typed.args == [1, -0.75]
    assert text(table, 1, VALUE) == "0.25000000"  # until the session has it


@pytest.mark.parametrize("updated", [False, True])
def test_that_typing_anywhere_in_a_row_changes_the_parameter_as_it_is_now(
    qtbot: QtBot, table: ParameterTable, updated: bool
) -> None:
    new = [value + 1 for value in VALUES]
    table.show_values(VALUES, None, new, updated)
    for column in (NAME, VALUE, GRADIENT, NEW):
        field = open_field(table, 0, column)
        assert field.text() == ("1.15" if updated else "0.15")
        close_field(qtbot, table, Qt.Key.Key_Escape)


def test_that_a_field_closed_without_typing_changes_nothing(
    qtbot: QtBot, table: ParameterTable
) -> None:
    assert open_field(table, 2, VALUE).text() == "0.30000000000000004"
    with qtbot.assertNotEmitted(table.value_typed):
        close_field(qtbot, table, Qt.Key.Key_Return)


@pytest.mark.parametrize("wrong", ["abc", "", "nan", "inf", "1e999"])
def test_that_what_is_no_number_is_named_and_stays_in_its_field(
    qtbot: QtBot, table: ParameterTable, wrong: str
) -> None:
    field = open_field(table, 0, VALUE)
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, wrong)
    messages: list[str] = []
    table.value_refused.connect(messages.append)
    with qtbot.assertNotEmitted(table.value_typed):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert messages == [f"“{wrong}” is not a number such as 0.15: w1 stays 0.15000000."]
    assert field.isVisible()
    assert field.text() == wrong

    field.selectAll()
    QTest.keyClicks(field, "2")
    assert messages[-1] == ""
    with qtbot.waitSignal(table.value_typed) as typed:
        close_field(qtbot, table, Qt.Key.Key_Return)
    assert typed.args == [0, 2.0]


def test_that_new_numbers_do_not_replace_what_is_being_typed(
    qtbot: QtBot, table: ParameterTable
) -> None:
    field = open_field(table, 0, VALUE)
    field.selectAll()
    QTest.keyClicks(field, "0.7")
    table.show_values([0.0] * 6, None, [1.0] * 6, True)
    assert field.text() == "0.7"
    with qtbot.waitSignal(table.value_typed) as typed:
        close_field(qtbot, table, Qt.Key.Key_Return)
    assert typed.args == [0, 0.7]


def test_that_new_numbers_do_not_undo_a_selection_that_is_to_be_typed_over(
    qtbot: QtBot, table: ParameterTable
) -> None:
    field = open_field(table, 0, VALUE)
    field.selectAll()
    table.show_values([0.0] * 6, None, [1.0] * 6, False)
    QTest.keyClicks(field, "0.7")
    assert field.text() == "0.7"
    with qtbot.waitSignal(table.value_typed):
        close_field(qtbot, table, Qt.Key.Key_Return)


def test_that_choosing_a_row_asks_for_its_parameter(qtbot: QtBot, table: ParameterTable) -> None:
    requested: list[int] = []
    table.parameter_requested.connect(requested.append)
    at = middle(table, 1, GRADIENT)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert requested == [1, 3]


def test_that_a_row_selected_from_outside_is_marked_and_not_asked_for(
    qtbot: QtBot, table: ParameterTable
) -> None:
    with qtbot.assertNotEmitted(table.parameter_requested):
        table.select(1)
        assert [index.row() for index in table.selectionModel().selectedRows()] == [2]
        table.select(None)
        assert not table.selectionModel().selectedRows()


def test_that_all_rows_are_in_sight(table: ParameterTable) -> None:
    table.set_parameters([f"w{n}" for n in range(40)])
    table.show_values([0.0] * 40)
    assert table.visualRect(cell(table, 39, VALUE)).bottom() <= table.viewport().rect().bottom()
