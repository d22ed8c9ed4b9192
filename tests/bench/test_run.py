import json
from collections.abc import Iterator
from typing import Any

import pytest

from bpviz.bench import run
from bpviz.bench.child import MeasurementError
from bpviz.bench.parts import Part, Result

# The issue's own.
KEYS = {
    "train_over_torch",
    "sgemm_share",
    "batches_per_s",
    "live_over_headless",
    "frame_interval_ms",
    "paint_ms",
    "ink_ms_p95",
    "start_over_bare",
    "memory_over_bare_mb",
    "loss_plot_ms",
}
MACHINE = {"platform": "offscreen", "machine": {"cpu": "a slide rule", "torch": None}}


@pytest.fixture(autouse=True)
def known_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ask", lambda program: MACHINE)
    monkeypatch.setattr(run, "has_torch", lambda: True)


def measure_as(monkeypatch: pytest.MonkeyPatch, **parts: list[Result | MeasurementError]) -> None:
    """Let each part give these results, one a run."""

    def measuring(results: Iterator[Result | MeasurementError]) -> Part:
        def measure(minutes: float) -> Result:
            result = next(results)
            if isinstance(result, MeasurementError):
                raise result
            return result

        return Part(measure, "something", 1)

    made = {name: measuring(iter(results)) for name, results in parts.items()}
    monkeypatch.setattr(run, "PARTS", made)


def report_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    *_, last = capsys.readouterr().out.splitlines()
    report: dict[str, Any] = json.loads(last, parse_constant=pytest.fail)
    return report


def test_that_medians_and_spreads_are_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measure_as(
        monkeypatch,
        one=[{"start_over_bare": x, "paint_ms": {"784-16-16-10": x / 3}} for x in (1, 9, 2)],
    )
    assert run.run_bench(["one"], 3, 10, True) == 0
    report = report_of(capsys)
    assert report["start_over_bare"] == 2
    assert report["spread"]["start_over_bare"] == [1, 9]
    assert report["paint_ms"] == {"784-16-16-10": 0.6667}
    assert report["bars"]["start_over_bare"] == {"value": 2, "bar": "<= 2", "holds": True}
    assert report["platform"] == "offscreen"
    assert (report["runs"], report["minutes"]) == (3, 10)


def test_that_what_was_not_measured_is_null(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measure_as(monkeypatch, one=[{"loss_plot_ms": 7}], other=[])
    assert run.run_bench(["one"], 1, 10, True) == 0
    report = report_of(capsys)
    assert report.keys() >= KEYS
    assert {key for key in KEYS if report[key] is not None} == {"loss_plot_ms"}
    assert report["bars"]["loss_plot_ms"]["holds"] is False


def test_that_the_table_says_on_what_and_with_what_it_was_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "has_torch", lambda: False)
    measure_as(monkeypatch, one=[{"start_over_bare": 1.5}] * 2)
    assert run.run_bench(["one"], 2, 10, False) == 0
    out, err = capsys.readouterr()
    for words in (
        "a slide rule",
        "offscreen",
        "pip install 'bpviz[bench]'",
        "one curve",
        "of 2 runs",
    ):
        assert words in out
    assert out.endswith("1 of 1 bars hold\n")
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["1/2 one", "2/2 one"]


def test_that_a_part_that_fails_leaves_the_others_their_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trouble = MeasurementError("ink ended with status 1: no mouse")
    measure_as(
        monkeypatch, ink=[trouble, {"ink_ms_p95": 3}], paint=[{"paint_ms_p95": {"a": 1}}] * 2
    )
    assert run.run_bench(["ink", "paint"], 2, 10, True) == 1
    report = report_of(capsys)
    assert report["failures"] == {"ink": "ink ended with status 1: no mouse"}
    assert report["ink_ms_p95"] == 3
    assert report["paint_ms_p95"] == {"a": 1}
