"""How much memory the window takes after training for some time: ``... memory NET SECONDS``."""

import json
import sys
import time

import numpy as np

from bpviz.bench.nets import Net
from bpviz.bench.resident import resident_mb
from bpviz.bench.window import opened, run_for

SAMPLES = 100


def measure(net: Net, seconds: float) -> dict[str, float]:
    """
    Train in the window.

    Returns
    -------
    dict
        Resident memory half way and in the end in megabytes, each the median of a tenth of the
        time, and how many batches it was.
    """
    with opened(net.settings) as program:
        program.window.controls.play.click()
        samples, start_s = [], time.perf_counter()
        for sample in range(SAMPLES):
            due_s = start_s + seconds * (sample + 1) / SAMPLES
            run_for(max(due_s - time.perf_counter(), 0))
            samples.append(resident_mb())
        snapshot = program.controller.snapshot
        assert snapshot is not None
    tenth, half = SAMPLES // 10, SAMPLES // 2
    return {
        "half_way_mb": float(np.median(samples[half - tenth // 2 : half + tenth // 2])),
        "end_mb": float(np.median(samples[-tenth:])),
        "batches": snapshot.batch,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Net.named(sys.argv[1]), float(sys.argv[2]))))
