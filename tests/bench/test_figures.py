from typing import Any

import pytest

from bpviz.bench.figures import SECTIONS, Figure, bars, table

FIGURES = [figure for figures in SECTIONS.values() for figure in figures]


def report_with(values: dict[str, float]) -> dict[str, Any]:
    """Return a report that has these figures, by name, in each."""
    report: dict[str, Any] = {"spread": {}}
    for figure in FIGURES:
        if figure.name in values:
            value = values[figure.name]
            for tree, leaf in ((report, value), (report["spread"], [value - 1, value + 1])):
                *above, last = figure.path
                for key in above:
                    tree = tree.setdefault(key, {})
                tree[last] = leaf
    return report


# The issue's own.
BARS = {
    "train_over_torch.784-16-16-10/10": ">= 5",
    "train_over_torch.784-16-16-10/32": ">= 4",
    "train_over_torch.784-128-64-10/32": ">= 1.5",
    "train_over_torch.784-512-256-10/128": ">= 1.25",
    "batches_per_s.2-4-2-1/10": ">= 300,000",
    "sgemm_share": ">= 0.85",
    "live_over_headless": ">= 0.9",
    "frames_per_s": ">= 60",
    "frame_interval_ms.p95": "<= 18",
    "frame_interval_ms.max": "<= 50",
    "paint_ms.784-16-16-10": "<= 8",
    "paint_ms.784-1024-1024-10": "<= 16",
    "ink_ms_p95": "<= 16",
    "start_over_bare": "<= 2",
    "memory_over_bare_mb": "<= 200",
    "memory_growth_mb": "<= 5",
    "loss_plot_ms": "<= 5",
}


def test_that_each_bar_is_there_and_unknown_without_a_figure() -> None:
    found = bars({})
    assert {name: one["bar"] for name, one in found.items()} == BARS
    assert all(one["value"] is one["holds"] is None for one in found.values())


@pytest.mark.parametrize(("better", "holds"), [(0, True), (1, True), (-1, False)])
def test_that_a_bar_holds_if_it_is_reached(better: int, holds: bool) -> None:
    barred = [(figure, figure.bar) for figure in FIGURES if figure.bar is not None]
    values = {f.name: bar + (better if f.at_least else -better) for f, bar in barred}
    found = bars(report_with(values))
    assert {one["holds"] for one in found.values()} == {holds}
    lines = table(report_with(values)).splitlines()
    assert sum(line.endswith("holds" if holds else "MISSED") for line in lines) == len(BARS)


def test_that_the_table_has_value_spread_and_bar_in_a_line() -> None:
    lines = table(report_with({"start_over_bare": 1.75})).splitlines()
    assert lines[1] == "first frame, from the start of the process"
    assert lines[2].split() == [
        *("over", "a", "bare", "pyqtgraph", "window"),
        *("1.75", "0.75", "-", "2.75", "<=", "2", "holds"),
    ]
    assert len(lines) == 3


def test_that_a_figure_is_found_by_its_path() -> None:
    figure = Figure(("a", "b"), "")
    assert figure.of({"a": {"b": 3}}) == 3
    assert figure.of({"a": None}) is None
    assert figure.of({}) is None


def test_that_words_leave_room_for_the_figures() -> None:
    lines = table(report_with({figure.name: 123_456.0 for figure in FIGURES})).splitlines()
    figures = [line for line in lines if line.startswith("  ")]
    assert len(figures) == len(FIGURES)
    assert len({line.index("123,456") for line in figures}) == 1
