"""
Measures how evenly the real window is painted while it trains at unlimited speed.

Run it where there is a screen, or on a virtual one: ``python tests/benchmarks/frame_rate.py``.
It prints one JSON object: frames per second, the intervals between two paintings of the network
in milliseconds, and batches per second, with the window and without it, in the same run.
"""

import argparse
import json
import sys
import time

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer
from threadpoolctl import threadpool_limits

from bpviz.app.main import SWITCH_INTERVAL_S, Program, application
from bpviz.data import load_mnist
from bpviz.session.session import Session
from bpviz.session.settings import Settings

WARM_UP_S = 2.0


class Paintings(QObject):
    """Notes when a widget is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.times_s: list[float] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.times_s.append(time.perf_counter())
        return False


def without_window(settings: Settings, seconds: float) -> float:
    """Return batches per second of a session alone."""
    session = Session(settings, load_mnist())
    start_s = time.perf_counter()
    while time.perf_counter() - start_s < seconds:
        session.advance()
    return session.batch / (time.perf_counter() - start_s)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hidden", default="16,16")
    parser.add_argument("--seconds", type=float, default=8.0)
    arguments = parser.parse_args()
    settings = Settings(hidden=tuple(int(n) for n in arguments.hidden.split(",")))
    threadpool_limits(1)
    headless = without_window(settings, arguments.seconds)

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = application()
    program = Program(app, settings, "dark")
    window = program.window
    paintings = Paintings()
    window.network.view.installEventFilter(paintings)
    window.resize(1600, 1000)
    window.show()
    start: list[tuple[float, int]] = []

    def now() -> tuple[float, int]:
        snapshot = program.controller.snapshot
        assert snapshot is not None
        return snapshot.elapsed_s, snapshot.batch

    def begin() -> None:
        paintings.times_s.clear()
        start.append(now())

    def end() -> None:
        intervals_ms = np.diff(paintings.times_s) * 1e3
        elapsed_s, batches = (b - a for a, b in zip(start[0], now(), strict=True))
        live = batches / elapsed_s
        p50, p95 = np.percentile(intervals_ms, [50, 95])
        print(
            json.dumps(
                {
                    "frames_per_s": round(1e3 / float(intervals_ms.mean()), 1),
                    "frame_interval_ms": {
                        "p50": round(float(p50), 1),
                        "p95": round(float(p95), 1),
                        "max": round(float(intervals_ms.max()), 1),
                    },
                    "batches_per_s": {"window": round(live), "headless": round(headless)},
                    "live_over_headless": round(live / headless, 2),
                }
            )
        )
        window.close()

    QTimer.singleShot(1000, window.controls.play.click)
    QTimer.singleShot(int(1000 + 1000 * WARM_UP_S), begin)
    QTimer.singleShot(int(1000 + 1000 * (WARM_UP_S + arguments.seconds)), end)
    app.exec()


if __name__ == "__main__":
    main()
