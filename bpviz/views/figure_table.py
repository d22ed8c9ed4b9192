"""Quiet tables of figures: a few rows, all in sight."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QSizePolicy,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
)

from bpviz.views.lettering import LEFT, RIGHT, sized
from bpviz.views.named import named
from bpviz.views.parameter_model import decimals
from bpviz.views.text_line import value_colour
from bpviz.views.theme import DARK, Theme

ROW_PX = 21


def dress_table(table: QTableView, theme: Theme) -> None:
    """Give a table the quiet look that all tables of the panel share."""
    table.setStyleSheet(
        f"""
        QTableView {{
            background: transparent; border: none; color: {theme.text};
            selection-background-color: {theme.line}; selection-color: {theme.text};
        }}
        QTableView:focus {{ border-bottom: 1px solid {theme.highlight}; }}
        QHeaderView, QHeaderView::section {{
            background: transparent; border: none; color: {theme.muted};
            font-size: 11px; padding: 0 2px;
        }}
        QLineEdit {{
            background: {theme.raised}; border: 1px solid {theme.highlight}; border-radius: 3px;
            padding: 0 1px; min-height: 0;
        }}
        """
    )


def fit_table(table: QTableView) -> None:
    """Make a table as high as its rows: it never scrolls by itself."""
    table.setFixedHeight(ROW_PX * (table.model().rowCount() + 1) + 2)


def set_up_table(table: QTableView, name: str, accessible_name: str, tool_tip: str) -> None:
    """Set what all tables of the panel share, the look aside."""
    named(table, name, accessible_name, tool_tip)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(ROW_PX)
    table.verticalHeader().setDefaultSectionSize(ROW_PX)
    header = table.horizontalHeader()
    header.setFixedHeight(ROW_PX)
    header.setMinimumSectionSize(20)
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)


def set_font_px(table: QTableView, font_px: int) -> None:
    """Write in a font of this size."""
    table.setFont(sized(table.font(), font_px))


def set_name_px(table: QTableView, name_px: int) -> None:
    """Give the first column this width; the others share the rest."""
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
    table.horizontalHeader().resizeSection(0, name_px)


class FigureTable(QTableWidget):
    """
    Names and figures to be read only.

    Parameters
    ----------
    name, accessible_name, tool_tip
        Of the widget.
    coloured
        The column that is written in the colours of its signs; None for none.
    """

    def __init__(
        self, name: str, accessible_name: str, tool_tip: str, coloured: int | None = None
    ) -> None:
        super().__init__()
        self._theme = DARK
        self._coloured = coloured
        self._cells: list[list[QTableWidgetItem]] = []
        set_up_table(self, name, accessible_name, tool_tip)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        dress_table(self, theme)

    def set_rows(self, headers: Sequence[str], names: Sequence[str]) -> None:
        """Begin anew with these columns, the first for the names, and a row a name."""
        self.setColumnCount(len(headers))
        self.setRowCount(len(names))
        for column, header in enumerate(headers):
            self.setHorizontalHeaderItem(column, _cell(header, column))
        self._cells = [
            [_cell("" if column else name, column) for column in range(len(headers))]
            for name in names
        ]
        for row, cells in enumerate(self._cells):
            for column, cell in enumerate(cells):
                self.setItem(row, column, cell)
        fit_table(self)

    def show_figure(self, row: int, column: int, value: float | None, text: str = "") -> None:
        """Write a figure, or the text that stands for it; None is not known."""
        item = self._cells[row][column]
        item.setText(text or decimals(value))
        coloured = column == self._coloured and value is not None
        item.setForeground(QColor(value_colour(self._theme, value if coloured else None)))


def _cell(text: str, column: int) -> QTableWidgetItem:
    cell = QTableWidgetItem(text)
    cell.setTextAlignment(RIGHT if column else LEFT)
    return cell
