"""
Which share of numpy's own speed at matrix products the training of a wide network has.

``... sgemm NET SECONDS``. Both in turns, in one process. The network is given noise, of which no
input is zero: so every operation that is counted is done.
"""

import json
import os
import sys
import time

import numpy as np
from threadpoolctl import threadpool_limits

from bpviz.bench.nets import Net
from bpviz.bench.train import WARM_UP_S, train_for
from bpviz.data import Table, Task
from bpviz.session.session import Session

SIDES = (1024, 1536, 2048)
ROUNDS = 3
SAMPLES = 2048


def flops_of_sgemm(side: int) -> float:
    """Return floating point operations per second of one square product in float32."""
    a, b = np.random.default_rng(0).random((2, side, side), np.float32)
    product = a @ b  # has the memory at hand
    start_s = time.perf_counter()
    np.matmul(a, b, out=product)
    return 2 * side**3 / (time.perf_counter() - start_s)


def measure(net: Net, seconds: float) -> dict[str, float]:
    """
    Return both speeds in GFLOP/s, the share, and how many threads the training kept busy.

    The products get as many threads. Of each side the median of the rounds counts, and the side
    with the best one.
    """
    session = Session(net.settings, _noise(net))
    train_for(session, WARM_UP_S)
    wall_s, busy_s = time.perf_counter(), time.process_time()
    train_for(session, WARM_UP_S)
    busy = (time.process_time() - busy_s) / (time.perf_counter() - wall_s)
    threads = min(max(round(busy), 1), os.cpu_count() or 1)
    training, products = [], []
    for _ in range(ROUNDS):
        training.append(train_for(session, seconds / ROUNDS) * net.flops_per_batch)
        with threadpool_limits(threads):
            products.append([flops_of_sgemm(side) for side in SIDES])
    trained, best = float(np.median(training)), float(np.median(products, axis=0).max())
    return {
        "training_gflops": trained / 1e9,
        "sgemm_gflops": best / 1e9,
        "share": trained / best,
        "threads": threads,
    }


def _noise(net: Net) -> Task:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.01, 1, (SAMPLES, net.sizes[0])).astype(np.float32)
    y = np.eye(net.sizes[-1], dtype=np.float32)[rng.integers(net.sizes[-1], size=SAMPLES)]
    names = tuple(map(str, range(max(net.sizes))))
    return Task(names[: net.sizes[-1]], names[: net.sizes[0]], Table(x, y))


if __name__ == "__main__":
    threadpool_limits(1)
    print(json.dumps(measure(Net.named(sys.argv[1]), float(sys.argv[2]))))
