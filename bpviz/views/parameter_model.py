"""What a `ParameterTable` shows: names, values, gradient, and what comes next."""

import math
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from bpviz.views.numbers import read_number
from bpviz.views.text_line import value_colour
from bpviz.views.theme import DARK

NAME, VALUE, GRADIENT, NEW = range(4)
"""The columns of a `ParameterModel`."""
Index: TypeAlias = QModelIndex | QPersistentModelIndex

_HEADERS = (
    ("", ""),
    ("w", "The weight or bias that this batch is computed with"),
    ("∂L/∂w", "The gradient: how the loss changes with it, mean over the batch"),
    ("w⁺", "What the update makes of it"),
)


def decimals(value: float | None, places: int = 8) -> str:
    """
    Return a value as worked examples write it, such as ``"0.08216704"``.

    What is not known is a dash. What is not zero does not look like it: ``"1.2e-11"``.
    """
    if value is None:
        return "–"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value and not 0.5 * 10**-places <= abs(value) < 1e5:
        return f"{value:.1e}" if abs(value) < 1 else f"{value:.4e}"
    return f"{value:.{places}f}"


class ParameterModel(QAbstractTableModel):
    """
    One row a parameter, ordered as books list them: w1, w2, ..., then the biases.

    Attributes
    ----------
    theme
        Its colours.
    order : (n_params,)
        Each row's index in the flat array.
    now
        The column of the parameters as they are now: `VALUE`, or `NEW` after the update.

    Signals
    -------
    typed : int, float
        A parameter's index in the flat array, and the number typed for it.
    """

    typed = Signal(int, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.order: list[int] = []
        self.now = VALUE
        self._names: Sequence[str] = ()
        self._columns: dict[int, Sequence[float | None]] = {}

    def set_names(self, names: Sequence[str]) -> None:
        """Take other parameters, in the order of the flat array."""
        self.beginResetModel()
        self._names = names
        self.order = sorted(range(len(names)), key=lambda index: _book_order(names[index]))
        unknown = [None] * len(names)
        self._columns = {VALUE: unknown, GRADIENT: unknown, NEW: unknown}
        self.now = VALUE
        self.endResetModel()

    def set_values(
        self,
        values: Sequence[float],
        gradient: Sequence[float | None] | None,
        new: Sequence[float] | None,
        now: int,
    ) -> None:
        """Take numbers, see `ParameterTable.show_values`, and the column of those that are now."""
        unknown = [None] * len(self._names)
        columns = {
            VALUE: values,
            GRADIENT: unknown if gradient is None else gradient,
            NEW: unknown if new is None else new,
        }
        if any(len(column) != len(self._names) for column in columns.values()):
            raise ValueError(f"a value is needed for each of the {len(self._names)} parameters")
        self._columns, self.now = columns, now
        if self._names:
            last = self.index(len(self._names) - 1, NEW)
            self.dataChanged.emit(self.index(0, VALUE), last)

    def name_of(self, index: Index) -> str:
        """Return the name of a cell's parameter."""
        return self._names[self.order[index.row()]]

    def value_of(self, index: Index) -> float | None:
        """Return the number in a cell; None if it is not known."""
        value = self._columns[index.column()][self.order[index.row()]]
        return None if value is None else float(value)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (immutable)
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (immutable)
        return 0 if parent.isValid() else len(_HEADERS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == self.now else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if index.column() == NAME:
            return self.name_of(index) if role == Qt.ItemDataRole.DisplayRole else None
        value = self.value_of(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return decimals(value)
        if role == Qt.ItemDataRole.EditRole:
            # All of its digits: who opens and closes the field changes nothing.
            return "" if value is None else repr(value)
        if role == Qt.ItemDataRole.ForegroundRole:
            coloured = index.column() == GRADIENT and value is not None
            return QColor(value_colour(self.theme, value if coloured else None))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        number = read_number(value)
        if number is None or role != Qt.ItemDataRole.EditRole:
            return False
        if value != self.data(index, role):
            self.typed.emit(self.order[index.row()], number)
        return True

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _HEADERS[section][1]
        return _HEADERS[section][0] if role == Qt.ItemDataRole.DisplayRole else None


def _book_order(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """Weights before biases, and w2 before w10."""
    parts = re.findall(r"\d+|\D+", name)
    return not name.startswith("w"), [
        (int(part), "") if part.isdigit() else (0, part) for part in parts
    ]


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == NAME else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
