"""What is measured, part by part: which programs are asked, and what follows from their answers."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from bpviz.bench.child import ask, seconds_to_first_line
from bpviz.bench.nets import DIGITS, SHOWN, SHOWN_WIDE, SMALLEST, WIDEST, Net

TRAIN_S = 2.0
SGEMM_S = 4.5
LIVE_S = 5.0
INK_S = 6.0
FRAMES = 50
LOSSES = 1_000_000
STARTS = 3

Result = dict[str, Any]
"""Figures of one run, named and nested as in the report."""

# The command as the user gives it, ended by its first frame.
START = """
import sys
from bpviz.bench.start import watch
from bpviz.cli import main
watch()
sys.exit(main(["--theme", "dark"]))
"""


def has_torch() -> bool:
    """Return whether PyTorch is installed."""
    return find_spec("torch") is not None


def train(minutes: float) -> Result:
    """Train all networks, with bpviz and with PyTorch in turns."""
    result: Result = {"batches_per_s": {}}
    if has_torch():
        result |= {"torch_batches_per_s": {}, "train_over_torch": {}}
    for net in (*DIGITS, SMALLEST):
        ours = ask("train", net, TRAIN_S)["batches_per_s"]
        result["batches_per_s"][net] = ours
        if has_torch():
            theirs = ask("torch_train", net, TRAIN_S)["batches_per_s"]
            result["torch_batches_per_s"][net] = theirs
            result["train_over_torch"][net] = ours / theirs
    return result


def sgemm(minutes: float) -> Result:
    """Train the widest network, in turns with matrix products."""
    answer = ask("sgemm", WIDEST, SGEMM_S)
    return {"sgemm_share": answer.pop("share"), "sgemm": answer}


def live(minutes: float) -> Result:
    """Train without a window, with one, and without it again."""
    plain, inspecting = _live(SHOWN)
    wide, _ = _live(SHOWN_WIDE)
    return {**plain, "inspecting": inspecting, "wide": wide}


def _live(net: str) -> Iterator[Result]:
    def alone() -> float:
        return float(ask("train", net, LIVE_S / 2, "validating")["batches_per_s"])

    before = alone()
    answer = ask("live", net, LIVE_S)
    headless = (before + alone()) / 2
    for measured in (answer["plain"], answer["inspecting"]):
        with_window = measured.pop("batches_per_s")
        yield {
            "live_over_headless": with_window / headless,
            **measured,
            "live_batches_per_s": with_window,
            "headless_batches_per_s": headless,
        }


def paint(minutes: float) -> Result:
    """Paint the network view."""
    result: Result = {"paint_ms": {}, "paint_ms_p95": {}}
    for net in (SHOWN, SHOWN_WIDE):
        name = "-".join(map(str, Net.named(net).sizes))
        answer = ask("paint", net, FRAMES)
        result["paint_ms"][name], result["paint_ms_p95"][name] = answer["p50"], answer["p95"]
    return result


def ink(minutes: float) -> Result:
    """Draw while it trains."""
    answer = ask("ink", SHOWN, INK_S)
    return {"ink_ms_p50": answer["p50"], "ink_ms_p95": answer["p95"]}


def start(minutes: float) -> Result:
    """Start both windows in turns, some times."""
    ours, theirs = [], []
    for _ in range(STARTS):
        theirs.append(seconds_to_first_line("bare", ["-m", "bpviz.bench.bare", "start"]))
        ours.append(seconds_to_first_line("start", ["-c", START]))
    bpviz, bare = float(np.median(ours)), float(np.median(theirs))
    return {"start_over_bare": bpviz / bare, "start_s": {"bpviz": bpviz, "bare": bare}}


def memory(minutes: float) -> Result:
    """Train in the window for some minutes."""
    bare = ask("bare", "memory")["resident_mb"]
    answer = ask("memory", SHOWN, 60 * minutes)
    return {
        "memory_over_bare_mb": answer["end_mb"] - bare,
        "memory_growth_mb": answer["end_mb"] - answer["half_way_mb"],
        "memory_mb": {"bpviz": answer["end_mb"], "bare": bare},
        "memory_batches": answer["batches"],
    }


def loss(minutes: float) -> Result:
    """Paint the loss plot."""
    answer = ask("loss_plot", LOSSES)
    return {"loss_plot_ms": answer["p50"], "loss_plot_ms_p95": answer["p95"]}


class Part(NamedTuple):
    """
    One part of what is measured.

    Attributes
    ----------
    measure
        Does one run; it is told how many minutes the memory is watched.
    words
        What it does.
    seconds
        How long a run takes, about.
    has_window
        Whether it opens one.
    once
        Whether it takes too long to be done again and again.
    """

    measure: Callable[[float], Result]
    words: str
    seconds: float
    has_window: bool = True
    once: bool = False


PARTS = {
    "train": Part(train, "training beside PyTorch", 55, has_window=False),
    "sgemm": Part(sgemm, "training beside matrix products", 9, has_window=False),
    "live": Part(live, "training with the window beside training without", 55),
    "paint": Part(paint, "painting the network view", 14),
    "ink": Part(ink, "drawing on the pad", 12),
    "start": Part(start, "starting beside a bare window", 4),
    "loss": Part(loss, "painting the loss plot", 5),
    "memory": Part(memory, "memory while training in the window", 8, once=True),
}
"""In the order in which they are measured."""
