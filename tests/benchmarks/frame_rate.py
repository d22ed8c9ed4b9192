"""
Measures how evenly the real window is painted while it trains at unlimited speed.

Run it where there is a screen, or on a virtual one: ``python tests/benchmarks/frame_rate.py``.
It prints one JSON object: batches per second without the window, and in the same run with it,
first while nothing is inspected, then with the inspector open on a weight: frames per second, the
intervals between two paintings of the network in milliseconds, and batches per second. Of the
inspector, how often per second it says another gradient, and how often it is painted.
"""

import argparse
import json
import sys
import time
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget
from threadpoolctl import threadpool_limits

from bpviz.app.main import SWITCH_INTERVAL_S, Program, application
from bpviz.data import digits, load_mnist
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.views.geometry import Edge

WARM_UP_S = 2.0


class Paintings(QObject):
    """Notes when a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.times_s: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.times_s.append(time.perf_counter())
        return False


class Moment(NamedTuple):
    """How far the training has come."""

    elapsed_s: float
    batch: int


class Measurement(QObject):
    """Measures one window for some seconds, then again."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program
        self._frames = Paintings(program.window.network.view)
        self._table = Paintings(program.window.inspector.weight.table)
        self._gradients: list[str] = []
        program.trainer.worker.published.connect(self._note)
        self._start = Moment(0, 0)
        self._start_s = 0.0

    @Slot()
    def _note(self) -> None:
        self._gradients.append(self._program.window.inspector.weight.headline.text())

    def _now(self) -> Moment:
        snapshot = self._program.controller.snapshot
        assert snapshot is not None
        return Moment(snapshot.elapsed_s, snapshot.batch)

    def begin(self) -> None:
        """Forget what was before."""
        for noted in (self._frames.times_s, self._table.times_s, self._gradients):
            noted.clear()
        self._start, self._start_s = self._now(), time.perf_counter()

    def result(self, headless: float) -> dict[str, object]:
        """Return what was measured since."""
        seconds = time.perf_counter() - self._start_s
        intervals_ms = np.diff(self._frames.times_s) * 1e3
        elapsed_s, batches = (b - a for a, b in zip(self._start, self._now(), strict=True))
        p50, p95 = np.percentile(intervals_ms, [50, 95])
        result: dict[str, object] = {
            "frames_per_s": round(1e3 / float(intervals_ms.mean()), 1),
            "frame_interval_ms": {
                "p50": round(float(p50), 1),
                "p95": round(float(p95), 1),
                "max": round(float(intervals_ms.max()), 1),
            },
            "batches_per_s": round(batches / elapsed_s),
            "live_over_headless": round(batches / elapsed_s / headless, 2),
        }
        if self._program.window.inspector.part is not None:
            pairs = zip(self._gradients, self._gradients[1:], strict=False)
            changes = sum(a != b for a, b in pairs)
            result["gradients_per_s"] = round(changes / seconds, 1)
            result["table_paintings_per_s"] = round(len(self._table.times_s) / seconds, 1)
        return result


def without_window(settings: Settings, seconds: float) -> float:
    """Return batches per second of a session alone."""
    session = Session(settings, digits(load_mnist()))
    start_s = time.perf_counter()
    while time.perf_counter() - start_s < seconds:
        session.advance()
    return session.batch / (time.perf_counter() - start_s)


def run_for(seconds: float) -> None:
    """Let the program run."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden", default="16,16")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--inspect", default="2,5,6", help="layer, from, to of the weight; from 1")
    parser.add_argument("--page", default="chain rule", help="of the inspector")
    arguments = parser.parse_args()
    settings = Settings(hidden=tuple(int(n) for n in arguments.hidden.split(",")))
    weight = Edge(*(int(n) - 1 for n in arguments.inspect.split(",")))
    threadpool_limits(1)
    headless = without_window(settings, arguments.seconds)

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = application()
    program = Program(app, settings, "dark")
    window = program.window
    measurement = Measurement(program)
    window.resize(1600, 1000)
    window.show()
    run_for(1)
    window.controls.play.click()
    report: dict[str, object] = {"headless_batches_per_s": round(headless)}
    for name, part in (("inspecting_nothing", None), ("inspecting_a_weight", weight)):
        program.controller.inspection.inspect(part)
        window.inspector.page.choose(arguments.page)
        run_for(WARM_UP_S)
        measurement.begin()
        run_for(arguments.seconds)
        report[name] = measurement.result(headless)
    print(json.dumps(report))
    window.close()


if __name__ == "__main__":
    main()
