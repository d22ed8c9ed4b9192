"""How long one recolouring and painting of the network view takes: ``... paint NET FRAMES``."""

import json
import sys
import time

import numpy as np

from bpviz.app.showing import batch_view
from bpviz.bench.nets import Net
from bpviz.bench.window import opened
from bpviz.engine import Network
from bpviz.session.session import Session
from bpviz.views.network_state import NetworkState, network_state

BATCHES_BEFORE = 50
STATES = 4


def states(net: Net) -> list[NetworkState]:
    """Return what the view is shown of some batches one after the other."""
    session = Session(net.settings, net.task())
    network = Network(net.sizes)
    for _ in range(BATCHES_BEFORE):
        session.next_batch()
    shown = []
    for _ in range(STATES):
        session.next_batch()
        snapshot = session.snapshot(session.history.mark(), at_rest=False)
        assert snapshot.glance is not None
        parameters = network.split(snapshot.params)
        view = batch_view(snapshot)
        shown.append(network_state(parameters, view, snapshot.glance.gradients))
    return shown


def measure(net: Net, frames: int) -> list[float]:
    """Return how long each frame took, in milliseconds, while nothing else is done."""
    shown, times_ms = states(net), []
    with opened(net.settings) as program:
        view = program.window.network.view
        for frame in range(frames):
            start_s = time.perf_counter()
            view.show_state(shown[frame % STATES], None, "")
            view.repaint()
            times_ms.append(1e3 * (time.perf_counter() - start_s))
    return times_ms


if __name__ == "__main__":
    p50, p95 = np.percentile(measure(Net.named(sys.argv[1]), int(sys.argv[2])), [50, 95])
    print(json.dumps({"p50": float(p50), "p95": float(p95)}))
