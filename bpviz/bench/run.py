"""Measures part after part, and prints what came out."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpviz.bench.child import MeasurementError, ask
from bpviz.bench.figures import bars, table
from bpviz.bench.parts import PARTS, Result, has_torch

KEYS = (
    "train_over_torch",
    "batches_per_s",
    "sgemm_share",
    "live_over_headless",
    "frame_interval_ms",
    "paint_ms",
    "ink_ms_p95",
    "start_over_bare",
    "memory_over_bare_mb",
    "memory_growth_mb",
    "loss_plot_ms",
)
"""What is null in the report where it was not measured."""
NO_TORCH = "PyTorch is not installed: python -m pip install 'bpviz[bench]' to compare with it"


def run_bench(only: Sequence[str], runs: int, minutes: float, as_json: bool) -> int:
    """
    Measure, with a line for each run on stderr, and print a table on stdout.

    Parameters
    ----------
    only
        Names of `PARTS`.
    runs
        How often each is measured.
    minutes
        For how long memory is watched, once.
    as_json
        Print one JSON object too, in the last line.

    Returns
    -------
    int
        The exit status: 0 if all was measured, whatever came out; 1 if something failed.
    """
    report: dict[str, Any] = {"runs": runs, "minutes": minutes, **dict.fromkeys(KEYS)}
    failures = {}
    results: list[Result] = []
    try:
        report |= ask("machine")
    except MeasurementError as error:
        failures["machine"] = str(error)
    steps = [(name, run) for name in PARTS if name in only for run in range(_runs(name, runs))]
    for number, (name, run) in enumerate(steps):
        left_s = sum(_seconds(each, minutes) for each, _ in steps[number:])
        _say(
            f"{number + 1}/{len(steps)} {name}: {PARTS[name].words}, "
            f"run {run + 1} of {_runs(name, runs)}; all done in about {_duration(left_s)}"
        )
        try:
            results.append(PARTS[name].measure(minutes))
        except MeasurementError as error:
            failures[name] = str(error)
            _say(str(error))
    report |= _each(results, lambda values: _rounded(float(np.median(values))))
    report["spread"] = _each(results, lambda values: [_rounded(min(values)), _rounded(max(values))])
    report["bars"] = bars(report)
    report["compared_with"] = _compared_with(report)
    report["notes"] = [] if has_torch() else [NO_TORCH]
    report["failures"] = failures
    print(_heading(report))
    print(table(report))
    for failure in failures.values():
        print(f"failed: {failure}")
    verdicts = [bar["holds"] for bar in report["bars"].values() if bar["holds"] is not None]
    print(f"\n{sum(verdicts)} of {len(verdicts)} bars hold")
    if as_json:
        print(json.dumps(report, allow_nan=False))
    return 1 if failures else 0


def _runs(name: str, runs: int) -> int:
    return 1 if PARTS[name].once else runs


def _seconds(name: str, minutes: float) -> float:
    return PARTS[name].seconds + (60 * minutes if name == "memory" else 0)


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def _say(text: str) -> None:
    print(f"bpviz: {text}", file=sys.stderr, flush=True)


def _each(results: Sequence[Result], summary: Callable[[list[float]], Any]) -> dict[str, Any]:
    """Return a summary of each figure over those results that have it, nested as they are."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys(key for result in results for key in result):
        values = [result[key] for result in results if key in result]
        nested = isinstance(values[0], dict)
        found[key] = _each(values, summary) if nested else summary(values)
    return found


def _rounded(value: float) -> float:
    """Return four significant digits, or all of those before the point."""
    return round(value) if abs(value) >= 1000 else float(f"{value:.4g}")


def _compared_with(report: dict[str, Any]) -> list[str]:
    machine = report.get("machine", {})
    others = [
        ("train_over_torch", f"PyTorch {machine.get('torch')}, eager, one thread"),
        ("sgemm_share", f"numpy {machine.get('numpy')}'s matrix products ({machine.get('blas')})"),
        ("start_over_bare", f"a window of pyqtgraph {machine.get('pyqtgraph')} with one curve"),
        ("memory_over_bare_mb", "the same window's memory"),
    ]
    return [words for key, words in others if report[key] is not None]


def _heading(report: dict[str, Any]) -> str:
    machine = report.get("machine", {})
    on = [
        f"bpviz {machine.get('bpviz')} on {machine.get('cpu')}, {machine.get('cores')} cores, "
        f"{machine.get('system')}, Qt platform {report.get('platform')}",
        f"Python {machine.get('python')}, numpy {machine.get('numpy')}, "
        f"PySide6 {machine.get('pyside6')}, loops in C: {machine.get('kernels') or 'none'}",
    ]
    if report["compared_with"]:
        on.append("compared with " + "; ".join(report["compared_with"]))
    on += report["notes"]
    if report.get("platform") == "offscreen":
        on.append("no display: the window was painted off screen")
    on.append(f"median, lowest - highest of {report['runs']} runs; memory measured once")
    return "\n".join(on)
