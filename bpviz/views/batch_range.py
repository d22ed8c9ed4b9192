"""Which batches the loss plot shows."""

_NARROWEST_BATCHES = 8  # the closest zoom


class BatchRange:
    """
    All batches until the user looks closer, then the stretch looked at.

    Attributes
    ----------
    first, last : float
        The batch numbers at the left and right edge.
    """

    def __init__(self) -> None:
        self._newest = 0
        self.show_all()
        self.grow(0, from_zero=False, columns=1)

    def show_all(self) -> None:
        """Show all batches from the next `grow` on."""
        self._shows_all = True

    def grow(self, newest: int, from_zero: bool, columns: int) -> None:
        """
        Make room for new batches, or move along if the newest was in view.

        Parameters
        ----------
        newest
            Number of the newest batch; 0: none yet.
        from_zero
            Whether there is something to show of "before training", else 1 is the first batch.
        columns
            Screen columns between the edges.
        """
        first = 0 if from_zero else 1
        last = max(newest, first + _NARROWEST_BATCHES)
        self._least, self._most = first, last
        margin = 5 * (last - first) / columns  # markers at the edges stay whole
        self._start, self._end = first - margin, last + margin
        if self._shows_all:
            self.first, self.last = self._start, self._end
        elif self.last >= self._newest:
            self.first += newest - self._newest
            self.last += newest - self._newest
        self._newest = newest

    def look_at(self, first: float, last: float) -> None:
        """Show these batches, as far as they exist; all of them means to show new ones too."""
        width = min(max(last - first, _NARROWEST_BATCHES), self._end - self._start)
        # Half of what is in view are batches at the least, and not the margins.
        start = max(self._start, self._least - width / 2)
        end = min(self._end, self._most + width / 2)
        self.first = max(min(first, end - width), start)
        self.last = self.first + width
        self._shows_all = width >= self._end - self._start

    def zoom(self, factor: float, around: float | None) -> None:
        """Show ``factor`` as many batches; the one given, or the middle, stays where it is."""
        centre = around or (self.first + self.last) / 2
        self.look_at(
            centre + factor * (self.first - centre), centre + factor * (self.last - centre)
        )
