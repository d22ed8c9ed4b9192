"""
How evenly the real window is painted, and how fast it trains, at unlimited speed.

``... live NET SECONDS`` measures for so long with nothing inspected, then again with a weight.
"""

import json
import sys
from typing import NamedTuple

import numpy as np

from bpviz.app.main import Program
from bpviz.bench.nets import Net
from bpviz.bench.window import Paintings, opened, run_for
from bpviz.views.geometry import Edge

WARM_UP_S = 2.0
WEIGHT = Edge(1, 4, 5)


class Moment(NamedTuple):
    """How far the training has come."""

    elapsed_s: float
    batch: int


def measure(program: Program, seconds: float) -> dict[str, object]:
    """Return what the window does while it plays, for so long."""
    run_for(WARM_UP_S)
    frames = Paintings(program.window.network.view)
    start = _now(program)
    run_for(seconds)
    elapsed_s, batches = (b - a for a, b in zip(start, _now(program), strict=True))
    intervals_ms = np.diff(frames.times_s) * 1e3
    p50, p95 = np.percentile(intervals_ms, [50, 95])
    return {
        "batches_per_s": batches / elapsed_s,
        "frames_per_s": 1e3 / float(intervals_ms.mean()),
        "frame_interval_ms": {
            "p50": float(p50),
            "p95": float(p95),
            "max": float(intervals_ms.max()),
        },
    }


def _now(program: Program) -> Moment:
    snapshot = program.controller.snapshot
    assert snapshot is not None
    return Moment(snapshot.elapsed_s, snapshot.batch)


def main(net: Net, seconds: float) -> None:
    """Measure and print."""
    with opened(net.settings) as program:
        program.window.controls.play.click()
        report = {"plain": measure(program, seconds)}
        program.controller.inspection.inspect(WEIGHT)
        report["inspecting"] = measure(program, seconds)
    print(json.dumps(report))


if __name__ == "__main__":
    main(Net.named(sys.argv[1]), float(sys.argv[2]))
