"""The samples of a batch, one a row, with some numbers of each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter

from bpviz.engine import Rows
from bpviz.views.batch_view import BatchView
from bpviz.views.geometry import PICTURE_SIDE
from bpviz.views.lettering import LEFT, write
from bpviz.views.number_rows import NumberColumn
from bpviz.views.number_table import NumberTable
from bpviz.views.pixel_picture import picture_image

_LABEL_PX = 24


def samples_listed(view: BatchView) -> Rows:
    """Return whose numbers belong beside each other: all, or those of the label looked at."""
    if view.sample is None:
        return view.rows
    if view.label is not None and view.labels is not None:
        of_label = np.flatnonzero(view.labels == view.label)
        if view.sample in of_label:
            return of_label
    return np.arange(len(view), dtype=np.intp)


def sample_name(view: BatchView, sample: int) -> str:
    """Return what a sample is called, such as ``"sample 3, a “7”"``."""
    name = view.name(sample)
    return name if view.labels is None else f"{name}, a “{view.classes[view.labels[sample]]}”"


def missing(view: BatchView | None) -> str:
    """Return why there are no numbers to show, empty if there are some."""
    if view is None:
        return "press → to take the next stage"
    if not len(view.rows) and view.label is not None:
        return f"no “{view.classes[view.label]}” in this batch"
    return "" if len(view.rows) else "no sample is looked at"


def strongest(
    view: BatchView, samples: Rows, values: NDArray[np.float64], what: str
) -> tuple[int, str]:
    """
    Return which sample of a batch is the one to open, and why, where nobody chose it.

    Parameters
    ----------
    view
        The batch.
    samples : (n,)
        Some rows of it, of which the one with the largest magnitude is taken.
    values : (n,)
        A number of each.
    what
        What these are, such as ``"δ"``.
    """
    if view.sample is not None:
        return view.sample, ""
    sizes = np.nan_to_num(np.abs(values), nan=-1)
    sample = int(samples[sizes.argmax()])
    if len(samples) == 1:
        return sample, ""
    if sizes.max() > 0:
        return sample, ", the strongest"
    return sample, ", the first" if sizes.any() else f", the first: all {what} are 0"


class SampleTable(NumberTable):
    """
    The samples with their picture, if they have one, and their label.

    Signals
    -------
    sample_requested : object
        The sample's row of the batch; None, from the one looked at, for the mean again.
    """

    sample_requested = Signal(object)

    def __init__(self, name: str, accessible_name: str) -> None:
        self._view: BatchView | None = None
        self._samples: Rows = np.empty(0, np.intp)
        super().__init__(
            name,
            accessible_name,
            "Click a row to look at this sample alone, again for the mean (↑ ↓ and Enter);"
            " click a column's head to sort by it (↑ to the heads, then Enter)",
            shown=6,
            row_px=30,
            sortable=True,
        )
        self.row_requested.connect(self._request)

    def show_samples(
        self,
        view: BatchView,
        samples: Rows,
        columns: Sequence[NumberColumn],
        *,
        order_by: int = -1,
        foot: str = "",
    ) -> None:
        """
        Show numbers of some samples.

        Parameters
        ----------
        view
            The batch; the sample looked at is marked.
        samples : (n,)
            Which rows of it are listed.
        columns
            Their numbers, n each.
        order_by, foot
            As for `NumberTable.show_rows`.
        """
        self._view, self._samples = view, samples
        marked = None
        if view.sample is not None and len(samples) > 1:
            marked = next(iter(np.flatnonzero(samples == view.sample).tolist()), None)
        title = "label" if self._has_pictures() and view.labels is not None else "sample"
        if view.named_by_inputs:
            title = "x"
        self.show_rows(
            title,
            self._name,
            columns,
            len(samples),
            order_by=order_by,
            digits=view.digits,
            foot=foot,
            marked=marked,
        )

    def sample_at(self, line: int) -> int:
        """Return which row of the batch stands in a line in sight."""
        return int(self._samples[self.rows()[line]])

    def name_px(self) -> int:
        return PICTURE_SIDE + _LABEL_PX if self._has_pictures() else 46

    def paint_name(self, painter: QPainter, room: QRectF, row: int) -> None:
        if not self._has_pictures() or self._view is None:
            super().paint_name(painter, room, row)
            return
        pixels = self._view.records.x[self._samples[row]].reshape(PICTURE_SIDE, PICTURE_SIDE)
        ink = np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)
        top = room.top() + (room.height() - PICTURE_SIDE) / 2
        image = picture_image(ink, self._theme)
        painter.drawImage(QRectF(room.left(), top, PICTURE_SIDE, PICTURE_SIDE), image)
        room = room.adjusted(PICTURE_SIDE + 8, 0, 0, 0)
        write(painter, room, LEFT, self._name(row), self._theme.text)

    def _has_pictures(self) -> bool:
        return self._view is not None and self._view.has_pictures

    def _name(self, row: int) -> str:
        view = self._view
        if view is None:
            return ""
        sample = int(self._samples[row])
        if view.labels is None:
            return view.inputs(sample) if view.named_by_inputs else str(sample + 1)
        label = view.classes[view.labels[sample]]
        return label if self._has_pictures() else f"{sample + 1}: {label}"

    def _request(self, row: int) -> None:
        sample = int(self._samples[row])
        looked_at = self._view is not None and self._view.sample == sample
        self.sample_requested.emit(None if looked_at else sample)
