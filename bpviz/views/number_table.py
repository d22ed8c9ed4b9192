"""A small table of numbers, the strongest row first, painted in one go."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpviz.views.lettering import LEFT, write
from bpviz.views.named import named
from bpviz.views.number_grid import FOOT_PX, HEADER_PX, NumberGrid
from bpviz.views.number_painter import paint_foot, paint_head, paint_numbers
from bpviz.views.number_rows import NumberColumn, NumberRows
from bpviz.views.theme import DARK, Theme


class NumberTable(QWidget):
    """
    Rows of a name and some numbers: a few of them, and the rest on demand.

    A click or Enter on a row asks for what it stands for. The arrow keys walk through the rows.
    Numbers become text only where they are painted, so that new ones cost little.

    Parameters
    ----------
    name, accessible_name, tool_tip
        Of the widget.
    shown
        How many rows before the rest is asked for.
    row_px
        Height of a row.
    sortable
        Whether a click at a column's head chooses the column that orders the rows, as does Enter
        above the first row.

    Signals
    -------
    row_requested : int
        The row's place in the arrays given.
    """

    row_requested = Signal(int)

    def __init__(
        self,
        name: str,
        accessible_name: str,
        tool_tip: str,
        *,
        shown: int = 5,
        row_px: int = 20,
        sortable: bool = False,
    ) -> None:
        super().__init__()
        named(self, name, accessible_name, tool_tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = DARK
        self._row_px, self._sortable = row_px, sortable
        self._rows = NumberRows(shown)
        self._current = self._hovered = -1
        self._widths: Sequence[float] = ()
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._theme = theme
        self.update()

    def show_rows(
        self,
        title: str,
        names: Callable[[int], str],
        columns: Sequence[NumberColumn],
        count: int,
        *,
        order_by: int = -1,
        digits: int = 4,
        foot: str = "",
        marked: int | None = None,
    ) -> None:
        """
        Show other rows.

        Parameters
        ----------
        title
            At the head of the names.
        names
            Gives each row's name.
        columns
            The numbers.
        count
            How many rows there are.
        order_by
            The column whose largest magnitude comes first, as long as the user chose no other.
        digits
            Significant ones.
        foot
            The name of the line under the rows, if there is one.
        marked
            The row that stands out; it is shown whether it is among the first or not.
        """
        self._rows.set_rows(title, names, columns, count, order_by, digits, foot, marked)
        if len(self._widths) != len(columns):
            self._widths = self._grid().even(len(columns)).widths
        self._fit()

    def rows(self) -> list[int]:
        """Return the rows in sight, from the top, as places in the arrays given."""
        return list(self._rows.in_sight)

    def text_at(self, line: int, column: int) -> str:
        """Return what is written in a line in sight; column 0 holds the names."""
        row = self._rows.in_sight[line]
        return self._rows.name(row) if column == 0 else self._rows.number(column - 1, row)

    def foot_text(self, column: int) -> str:
        """Return what is written under a column; column 0 holds the names."""
        return self._rows.foot if column == 0 else self._rows.foot_number(column - 1)

    def more_text(self) -> str:
        """Return what is written on the line that opens the rest, empty if there is no rest."""
        return self._rows.more

    @property
    def expanded(self) -> bool:
        """Whether all rows are in sight."""
        return self._rows.expanded

    def set_expanded(self, expanded: bool) -> None:
        """Show all rows, or the first few."""
        self._rows.expand(expanded)
        self._fit()

    def sort_by(self, column: int) -> None:
        """Order the rows by the magnitudes of a column of numbers, from 0; the largest first."""
        self._rows.sort_by(column)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def _grid(self) -> NumberGrid:
        return NumberGrid(self.width(), self._row_px, self.name_px(), self._widths)

    def _fit(self) -> None:
        """Take the height that the rows in sight need."""
        rows = self._rows
        self._current = min(self._current, rows.last_line)
        height = self._grid().top(rows.last_line + 1) + FOOT_PX * bool(rows.foot)
        height = height if rows.columns else 0
        if not self.minimumHeight() == self.maximumHeight() == height:
            self.setFixedHeight(height)
        self.update()

    def _at(self, at: QPoint) -> tuple[int, int | None]:
        """Return the line at a place, -1 for none, and the column whose head is there."""
        line = self._grid().line_at(at.y())
        on_head = self._sortable and at.y() < HEADER_PX
        column = self._grid().column_at(at.x()) if on_head else None
        return (line if line <= self._rows.last_line else -1), column

    def _activate(self, line: int) -> None:
        if 0 <= line < len(self._rows.in_sight):
            self.row_requested.emit(self._rows.in_sight[line])
        elif line == len(self._rows.in_sight) <= self._rows.last_line:
            self.set_expanded(not self._rows.expanded)
        elif self._sortable and self._rows.columns:
            self.sort_by((self._rows.ordered_by + 1) % len(self._rows.columns))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        line, column = self._at(event.position().toPoint())
        if column is not None:
            self.sort_by(column)
        elif line >= 0:
            self._current = line
            self._activate(line)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        line, column = self._at(event.position().toPoint())
        shapes = Qt.CursorShape
        is_idle = line < 0 and column is None
        self.setCursor(shapes.ArrowCursor if is_idle else shapes.PointingHandCursor)
        if line != self._hovered:
            self._hovered = line
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            first = -1 if self._sortable else 0
            self._current = min(max(self._current + step, first), self._rows.last_line)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self._current)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def name_px(self) -> int:
        """Return the least width that the names need."""
        if len(self._rows.columns) <= 2:
            return 96
        # "neuron 1024" is to be read whole, where the last name is as good as the longest.
        last = self._rows.name(self._rows.count - 1) if self._rows.count else ""
        return min(max(62, self.fontMetrics().horizontalAdvance(last)), 84)

    def paint_name(self, painter: QPainter, room: QRectF, row: int) -> None:
        """Paint the name of a row."""
        metrics, name = painter.fontMetrics(), self._rows.name(row)
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
        write(painter, room, LEFT, text, self._theme.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, rows, columns = self._theme, self._rows, range(len(self._rows.columns))
        if not columns:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grid = self._grid()
        first, last = (grid.line_at(y) for y in (event.rect().top(), event.rect().bottom()))
        lines = range(max(first, 0), min(last + 1, len(rows.in_sight)))
        texts = [[rows.number(n, rows.in_sight[line]) for line in lines] for n in columns]
        feet = [[rows.foot_number(n)] for n in columns]
        every = [text + foot for text, foot in zip(texts, feet, strict=True)]
        grid, font = grid.fitted(painter.font(), every)
        self._widths = grid.widths
        painter.setFont(font)
        on_head = self.hasFocus() and self._current == -1
        paint_head(painter, theme, grid, rows, self._sortable, on_head)
        for place, line in enumerate(lines):
            row = rows.in_sight[line]
            self._paint_ground(painter, grid, line, row == rows.marked)
            self.paint_name(painter, QRectF(0, grid.top(line), grid.name_px, self._row_px), row)
            paint_numbers(painter, theme, grid, rows, line, [column[place] for column in texts])
        if rows.more:
            line, arrow = len(rows.in_sight), "▴" if rows.expanded else "▾"
            self._paint_ground(painter, grid, line, False)
            room = grid.room(line, self._row_px)
            write(painter, room, LEFT, f"{rows.more} {arrow}", theme.muted)
        if rows.foot:
            paint_foot(painter, theme, grid, rows)
        painter.end()

    def _paint_ground(self, painter: QPainter, grid: NumberGrid, line: int, marked: bool) -> None:
        focused = self.hasFocus() and line == self._current
        if not (focused or marked or line == self._hovered):
            return
        painter.setBrush(QColor(self._theme.line if marked else self._theme.raised))
        painter.setPen(QColor(self._theme.highlight if focused else self._theme.line))
        room = grid.room(line, self._row_px).adjusted(-2.5, 0.5, 2.5, -0.5)
        painter.drawRoundedRect(room, 4, 4)
