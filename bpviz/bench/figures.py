"""Every figure of the report: what it is called, and the bar it should reach."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from bpviz.bench.nets import DIGITS, SMALLEST


class Figure(NamedTuple):
    """
    One figure.

    Attributes
    ----------
    path
        Where it is in the report, key by key.
    words
        What it is, as in the table.
    bar
        What it should be at least, or at the most; None if it is for information.
    at_least
        Whether more is better.
    """

    path: tuple[str, ...]
    words: str
    bar: float | None = None
    at_least: bool = False

    @property
    def name(self) -> str:
        """Its path in one word."""
        return ".".join(self.path)

    def of(self, report: dict[str, Any]) -> Any:
        """Return what the report has there; None where it was not measured."""
        found: Any = report
        for key in self.path:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def holds(self, value: float) -> bool:
        """Return whether a value reaches the bar."""
        assert self.bar is not None
        return value >= self.bar if self.at_least else value <= self.bar

    @property
    def bar_text(self) -> str:
        """The bar as it is written."""
        return "" if self.bar is None else f"{'>=' if self.at_least else '<='} {self.bar:,g}"


_OVER_TORCH = dict(zip(DIGITS, (5, 4, 1.5, 1.25, None), strict=True))

SECTIONS: dict[str, Sequence[Figure]] = {
    "training on one thread over PyTorch eager, times as fast": [
        Figure(("train_over_torch", net), f"{net} a batch", bar, True)
        for net, bar in {**_OVER_TORCH, SMALLEST: None}.items()
    ],
    "training on one thread, batches a second": [
        *(Figure(("batches_per_s", net), f"{net} a batch") for net in DIGITS),
        Figure(("batches_per_s", SMALLEST), f"{SMALLEST} a batch", 300_000, True),
    ],
    "PyTorch meanwhile, batches a second": [
        Figure(("torch_batches_per_s", net), f"{net} a batch") for net in (*DIGITS, SMALLEST)
    ],
    "training 784-1024-1024-10 on noise, 128 a batch, beside numpy's own matrix products": [
        Figure(("sgemm_share",), "share of their speed", 0.85, True),
        Figure(("sgemm", "training_gflops"), "training, GFLOP/s"),
        Figure(("sgemm", "sgemm_gflops"), "products, GFLOP/s"),
        Figure(("sgemm", "threads"), "threads of each"),
    ],
    "window with everything drawn, training 784-16-16-10, 32 a batch": [
        Figure(("live_over_headless",), "training over training without a window", 0.9, True),
        Figure(("frames_per_s",), "frames a second", 60, True),
        Figure(("frame_interval_ms", "p50"), "between frames, median, ms"),
        Figure(("frame_interval_ms", "p95"), "between frames, 95 % within, ms", 18),
        Figure(("frame_interval_ms", "max"), "between frames, longest, ms", 50),
        Figure(("inspecting", "live_over_headless"), "taking a weight apart: over no window"),
        Figure(("inspecting", "frames_per_s"), "taking a weight apart: frames a second"),
        Figure(("inspecting", "frame_interval_ms", "p95"), "taking a weight apart: 95 %, ms"),
    ],
    "the same with 784-1024-1024-10": [
        Figure(("wide", "live_over_headless"), "training over training without a window"),
        Figure(("wide", "frames_per_s"), "frames a second"),
        Figure(("wide", "frame_interval_ms", "p95"), "between frames, 95 % within, ms"),
        Figure(("wide", "frame_interval_ms", "max"), "between frames, longest, ms"),
    ],
    "one recolouring and painting of the network view, ms": [
        Figure(("paint_ms", "784-16-16-10"), "784-16-16-10, 12,960 weights", 8),
        Figure(("paint_ms", "784-1024-1024-10"), "784-1024-1024-10, 1.86 million weights", 16),
    ],
    "mouse move on the pad to painted probabilities, while it trains": [
        Figure(("ink_ms_p50",), "median, ms"),
        Figure(("ink_ms_p95",), "95 % within, ms", 16),
    ],
    "first frame, from the start of the process": [
        Figure(("start_over_bare",), "over a bare pyqtgraph window", 2),
        Figure(("start_s", "bpviz"), "bpviz, s"),
        Figure(("start_s", "bare"), "bare window, s"),
    ],
    "memory of the window after training 784-16-16-10": [
        Figure(("memory_over_bare_mb",), "over a bare pyqtgraph window, MB", 200),
        Figure(("memory_growth_mb",), "growth in the second half of the time, MB", 5),
        Figure(("memory_mb", "bpviz"), "bpviz, MB"),
        Figure(("memory_mb", "bare"), "bare window, MB"),
    ],
    "a frame of the loss plot with 1,000,000 batches": [
        Figure(("loss_plot_ms",), "median, ms", 5),
        Figure(("loss_plot_ms_p95",), "95 % within, ms"),
    ],
}


def bars(report: dict[str, Any]) -> dict[str, Any]:
    """Return of each figure that has a bar: value, bar and whether it holds; null if unknown."""
    found = {}
    for figure in (one for figures in SECTIONS.values() for one in figures):
        if figure.bar is not None:
            value = figure.of(report)
            holds = None if value is None else figure.holds(value)
            found[figure.name] = {"value": value, "bar": figure.bar_text, "holds": holds}
    return found


def table(report: dict[str, Any]) -> str:
    """Return all that was measured as lines of text."""
    lines = []
    for title, figures in SECTIONS.items():
        measured = [
            (figure, value) for figure in figures if (value := figure.of(report)) is not None
        ]
        if measured:
            lines += ["", title]
        for figure, value in measured:
            low, high = figure.of(report["spread"])
            verdict = ""
            if figure.bar is not None:
                verdict = f"{figure.bar_text:<12}" + ("holds" if figure.holds(value) else "MISSED")
            spread = f"{_text(low)} - {_text(high)}"
            lines.append(f"  {figure.words:<44}{_text(value):>10}  {spread:<21}{verdict}".rstrip())
    return "\n".join(lines)


def _text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
