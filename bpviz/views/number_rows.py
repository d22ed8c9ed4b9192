"""Which rows of a small table are in sight, in what order, and what is written in them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import strongest
from bpviz.views.numbers import signed


class NumberColumn(NamedTuple):
    """
    One column of numbers.

    Attributes
    ----------
    title
        At its head.
    values : (n,) or None
        One a row; None while they are not known.
    coloured
        Whether they are written in the colours of their signs.
    foot
        The value under them, if there is one.
    """

    title: str
    values: NDArray[np.float64] | None
    coloured: bool = False
    foot: float | None = None


class NumberRows:
    """
    Rows of a name and some numbers, the strongest first. Numbers become text when asked for.

    Parameters
    ----------
    shown
        How many rows are in sight until the rest is asked for.

    Attributes
    ----------
    title, foot
        At the head of the names, and under them; empty for none.
    columns
        The numbers.
    count
        How many rows there are, in sight or not.
    marked
        The row that stands out: it is in sight, whether it is among the first or not.
    expanded
        Whether all rows are in sight.
    in_sight
        Those rows, from the top, as places in the arrays.
    """

    def __init__(self, shown: int) -> None:
        self._shown = shown
        self._names: Callable[[int], str] = str
        self.count = 0
        self._digits = 4
        self._default_order = -1
        self._chosen_order: int | None = None
        self.title = self.foot = ""
        self.columns: Sequence[NumberColumn] = ()
        self.marked: int | None = None
        self.expanded = False
        self.in_sight: list[int] = []

    def set_rows(
        self,
        title: str,
        names: Callable[[int], str],
        columns: Sequence[NumberColumn],
        count: int,
        order_by: int,
        digits: int,
        foot: str,
        marked: int | None,
    ) -> None:
        """Take other rows, see `NumberTable.show_rows`."""
        self.title, self._names, self.columns, self.count = title, names, columns, count
        self._default_order, self._digits, self.foot, self.marked = order_by, digits, foot, marked
        self._choose()

    def expand(self, expanded: bool) -> None:
        """Have all rows in sight, or the first few."""
        self.expanded = expanded
        self._choose()

    def sort_by(self, column: int) -> None:
        """Order by the magnitudes of a column of numbers from now on, the largest first."""
        self._chosen_order = column
        self._choose()

    @property
    def ordered_by(self) -> int:
        """The column that orders the rows, from 0."""
        order_by = self._default_order if self._chosen_order is None else self._chosen_order
        return order_by % max(len(self.columns), 1)

    @property
    def more(self) -> str:
        """What is written on the line that opens the rest, empty if there is no rest."""
        if self.count <= self._shown:
            return ""
        return "show fewer" if self.expanded else f"{self.count - len(self.in_sight)} more"

    @property
    def last_line(self) -> int:
        """The last line that can be chosen: a row, or the one that opens the rest."""
        return len(self.in_sight) - 1 + bool(self.more)

    def name(self, row: int) -> str:
        """Return a row's name."""
        return self._names(row)

    def number(self, column: int, row: int) -> str:
        """Return what is written in a column of numbers."""
        values = self.columns[column].values
        return "–" if values is None else signed(float(values[row]), self._digits)

    def foot_number(self, column: int) -> str:
        """Return what is written under a column of numbers."""
        foot = self.columns[column].foot
        return "" if foot is None else signed(foot, self._digits)

    def _choose(self) -> None:
        values = self.columns[self.ordered_by].values if self.columns else None
        count = self.count if self.expanded else min(self._shown, self.count)
        if values is None:
            self.in_sight = list(range(count))
        else:
            self.in_sight = [int(row) for row in strongest(values, count)]
        if self.marked is not None and self.in_sight and self.marked not in self.in_sight:
            self.in_sight[-1] = self.marked
