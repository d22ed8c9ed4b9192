"""How long a frame of the loss plot takes with many batches in it: ``... loss_plot BATCHES``."""

import json
import sys
import time

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from bpviz.bench.window import opened, run_for
from bpviz.session.settings import Settings

FRAMES = 100
BATCHES_PER_FRAME = 300
BATCHES_PER_EPOCH = 1719


class _Seen(QObject):
    """Notes whether the curves have been painted."""

    def __init__(self, plot: QWidget) -> None:
        super().__init__()
        self.painted = False
        for part in plot.findChildren(QWidget):
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted = True
        return False


def losses(n: int, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return n losses as of a training that goes on: they fall, and scatter."""
    falling = 0.1 + 2 * np.exp(-np.arange(n) / 20_000)
    return (falling * rng.gamma(4, 0.25, n)).astype(np.float32)


def measure(batches: int, frames: int = FRAMES) -> list[float]:
    """Return how long each frame kept the GUI busy, in milliseconds, the adding included."""
    course = losses(batches + frames * BATCHES_PER_FRAME, np.random.default_rng(0))
    times_ms = []
    with opened(Settings()) as program:
        plot = program.window.loss
        plot.append(course[:batches])
        for batch in range(BATCHES_PER_EPOCH, batches, BATCHES_PER_EPOCH):
            plot.mark_epochs([batch])
            plot.add_validation(batch, 0.2, 0.95)
        run_for(0.5)
        seen = _Seen(plot)
        for new in np.split(course[batches:], frames):
            seen.painted = False
            start_s = time.perf_counter()
            plot.append(new)
            busy_s = time.perf_counter() - start_s
            while not seen.painted:
                busy_s += _turn()
                time.sleep(0.001)  # the plot may wait before it draws; that costs nothing
            times_ms.append(1e3 * busy_s)
    return times_ms


def _turn() -> float:
    """Do what is due, and return how long it took, in seconds."""
    start_s = time.perf_counter()
    QApplication.processEvents()
    return time.perf_counter() - start_s


if __name__ == "__main__":
    p50, p95 = np.percentile(measure(int(sys.argv[1])), [50, 95])
    print(json.dumps({"p50": float(p50), "p95": float(p95)}))
