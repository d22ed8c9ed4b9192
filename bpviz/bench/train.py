"""
How fast bpviz trains without a window, on one thread.

``... train NET SECONDS [validating]``.
"""

import json
import sys
import time

from threadpoolctl import threadpool_limits

from bpviz.bench.nets import Net
from bpviz.session.session import Session

WARM_UP_S = 0.5
# In one go, as `bpviz train` has it.
PIECE_S = 0.05


def train_for(session: Session, seconds: float, validating: bool = False) -> float:
    """
    Train as `bpviz train` does.

    Parameters
    ----------
    session
        Is advanced.
    seconds
        For about so long.
    validating
        Whether validations count as time spent, as they do beside a window.

    Returns
    -------
    float
        Batches per second.
    """
    first, spent_s = session.batch, 0.0
    while spent_s < seconds:
        start_s, counts = time.perf_counter(), validating or not session.evaluating
        session.advance(PIECE_S)
        if counts:
            spent_s += time.perf_counter() - start_s
    return (session.batch - first) / spent_s


def measure(net: Net, seconds: float, validating: bool = False) -> float:
    """Return batches per second of a session that has warmed up."""
    session = Session(net.settings, net.task())
    train_for(session, WARM_UP_S)
    return train_for(session, seconds, validating)


if __name__ == "__main__":
    threadpool_limits(1)
    name, seconds, *more = sys.argv[1:]
    print(json.dumps({"batches_per_s": measure(Net.named(name), float(seconds), bool(more))}))
