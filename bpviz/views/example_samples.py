"""The samples of a worked example: what goes in, what should come out, what does, how wrong."""

import numpy as np
from PySide6.QtWidgets import QHeaderView

from bpviz.data import Task
from bpviz.engine import LOSSES, Array, Records
from bpviz.views.figure_table import FigureTable

_TARGET, _OUTPUT, _LOSS = 1, 2, 3


class ExampleSamples(FigureTable):
    """A row for each output of each sample, in the order of the task whatever that of the batch."""

    def __init__(self) -> None:
        super().__init__(
            "example_samples",
            "Samples",
            "y: what is wanted, a: what the network answers, ½(a − y)²: what that costs",
        )
        self._rows: dict[bytes, int] = {}

    def show_task(self, task: Task) -> None:
        """Begin with other samples, of which nothing is computed yet."""
        x, y = task.train.inputs(slice(None)), task.train.targets(slice(None))
        self._rows = {sample.tobytes(): n * task.n_out for n, sample in enumerate(x)}
        names = []
        for sample in x:
            if task.n_out == 1:
                names.append(sample_name(sample))
            else:
                names += [f"{sample_name(sample)} → {task.classes[0]}"]
                names += [f"→ {name}" for name in task.classes[1:]]
        self.set_rows((", ".join(task.inputs or ()), "y", "a", "½(a − y)²"), names)
        for column in (0, _TARGET):
            self.horizontalHeader().setSectionResizeMode(
                column, QHeaderView.ResizeMode.ResizeToContents
            )
        for row, target in enumerate(y.ravel()):
            self.show_figure(row, _TARGET, float(target), f"{target:g}")
        self.show_records(None)

    def show_records(self, records: Records | None) -> None:
        """Show what is known of a batch; None of none."""
        for row in range(self.rowCount()):
            self.show_figure(row, _OUTPUT, None)
            self.show_figure(row, _LOSS, None)
        if records is None:
            return
        self.setColumnHidden(_LOSS, records.network.loss is not LOSSES["squared_error"])
        forward = records.forward(len(records.network.layers) - 1)
        if forward is None:
            return
        for n, sample in enumerate(records.x):
            first = self._rows.get(sample.tobytes())
            if first is None:
                continue
            for output, a in enumerate(forward.a[n]):
                row = first + output
                self.show_figure(row, _OUTPUT, float(a))
                if records.loss is not None:
                    cost = np.square(a - records.loss.y[n, output]) / 2
                    self.show_figure(row, _LOSS, float(cost))


def sample_name(x: Array) -> str:
    """Return a sample's inputs : (n_in,), such as ``"0.05, 0.1"``."""
    return ", ".join(f"{value:g}" for value in x)
