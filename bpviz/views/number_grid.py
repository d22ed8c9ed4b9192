"""Where the lines and columns of a table of numbers lie, and how large they can be written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetrics

from bpviz.views.lettering import sized

HEADER_PX = 22
FOOT_PX = 24
_GAP_PX = 6
_SIZES_PX = (12, 11, 10, 9)


@dataclass(frozen=True)
class NumberGrid:
    """
    A heading, lines of equal height below it, and columns of numbers beside the names.

    Attributes
    ----------
    width_px, row_px
        Of all together, and height of a line.
    name_px
        The least width that the names need.
    widths
        Of the columns of numbers, in pixels; they share what the names leave.
    """

    width_px: int
    row_px: int
    name_px: int
    widths: Sequence[float] = ()

    def top(self, line: int) -> int:
        """Return where a line begins, counted from 0 below the heading."""
        return HEADER_PX + line * self.row_px

    def room(self, line: int, height_px: int) -> QRectF:
        """Return the room of a line over the whole width."""
        return QRectF(0, self.top(line), self.width_px, height_px)

    def cell(self, column: int, top: float, height_px: float) -> QRectF:
        """Return the room of a number."""
        left = self.name_px + sum(self.widths[:column])
        return QRectF(left + _GAP_PX, top, self.widths[column] - _GAP_PX, height_px)

    def column_at(self, x: int) -> int | None:
        """Return the column of numbers at a place, None at the names."""
        if x < self.name_px:
            return None
        ends = (self.cell(column, 0, 1).right() for column in range(len(self.widths)))
        return next((column for column, end in enumerate(ends) if x <= end), None)

    def line_at(self, y: int) -> int:
        """Return the line at a height, -1 at the heading."""
        return max((y - HEADER_PX) // self.row_px, -1)

    def even(self, n_columns: int) -> "NumberGrid":
        """Return a grid whose columns are equally wide."""
        room = self.width_px - self.name_px
        return replace(self, widths=[room / n_columns] * n_columns if n_columns else ())

    def fitted(self, font: QFont, texts: Sequence[Sequence[str]]) -> tuple["NumberGrid", QFont]:
        """
        Make room for numbers.

        Parameters
        ----------
        font
            For all but its size.
        texts
            The numbers of each column.

        Returns
        -------
        NumberGrid, QFont
            Columns that are wide enough, for the largest font in which there is room for them.
        """
        figures = QFont(font)
        figures.setFeature(QFont.Tag("tnum"), 1)
        room = self.width_px - self.name_px
        longest = [sorted(column, key=len)[-2:] for column in texts]
        for size_px in _SIZES_PX:
            # As bold as the foot is.
            metrics = QFontMetrics(sized(figures, size_px, QFont.Weight.DemiBold))
            needed = [
                max(map(metrics.horizontalAdvance, column)) + _GAP_PX + 1.0 for column in longest
            ]
            if sum(needed) <= room:
                break
        font = sized(figures, size_px, QFont.Weight.Normal)
        # Equally wide as long as that will do: they stay where they are while numbers change.
        even = self.even(len(needed))
        if max(needed) <= even.widths[0]:
            return even, font
        spare = (room - sum(needed)) / len(needed)
        return replace(self, widths=[px + spare for px in needed]), font
