"""Paints the heading, the numbers and the foot of a table of numbers."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter

from bpviz.views.lettering import LEFT, RIGHT, sized, write
from bpviz.views.number_grid import FOOT_PX, HEADER_PX, NumberGrid
from bpviz.views.number_rows import NumberRows
from bpviz.views.text_line import value_colour
from bpviz.views.theme import Theme


def paint_head(
    painter: QPainter,
    theme: Theme,
    grid: NumberGrid,
    rows: NumberRows,
    sortable: bool,
    focused: bool,
) -> None:
    """Write what stands at the heads; of a table that can be sorted also by what it is."""
    write(painter, QRectF(0, 0, grid.name_px, HEADER_PX), LEFT, rows.title, theme.muted)
    for n, column in enumerate(rows.columns):
        title, colour = column.title, theme.muted
        if sortable and n == rows.ordered_by:
            title, colour = f"|{title}| ↓", theme.highlight if focused else theme.text
        write(painter, grid.cell(n, 0, HEADER_PX), RIGHT, title, colour)


def paint_numbers(
    painter: QPainter,
    theme: Theme,
    grid: NumberGrid,
    rows: NumberRows,
    line: int,
    texts: Sequence[str],
) -> None:
    """Write the numbers of a line, which are given as texts."""
    row, top = rows.in_sight[line], grid.top(line)
    for n, (text, column) in enumerate(zip(texts, rows.columns, strict=True)):
        values = column.values if column.coloured else None
        colour = value_colour(theme, None if values is None else float(values[row]))
        write(painter, grid.cell(n, top, grid.row_px), RIGHT, text, colour)


def paint_foot(painter: QPainter, theme: Theme, grid: NumberGrid, rows: NumberRows) -> None:
    """Write the foot below the last line, and draw the line between them."""
    line = rows.last_line + 1
    top = grid.top(line)
    painter.setPen(QColor(theme.line))
    painter.drawLine(0, top, grid.width_px, top)
    painter.setFont(sized(painter.font(), painter.font().pixelSize(), QFont.Weight.DemiBold))
    write(painter, grid.room(line, FOOT_PX), LEFT, rows.foot, theme.text)
    for n, column in enumerate(rows.columns):
        colour = value_colour(theme, column.foot if column.coloured else None)
        write(painter, grid.cell(n, top, FOOT_PX), RIGHT, rows.foot_number(n), colour)
