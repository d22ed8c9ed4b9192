from typing import Any

import pytest

from bpviz.bench import parts
from bpviz.bench.nets import DIGITS, SMALLEST

ANSWERS: dict[str, dict[str, Any]] = {
    "train": {"batches_per_s": 12000.0},
    "torch_train": {"batches_per_s": 4000.0},
    "sgemm": {"share": 0.9, "training_gflops": 90.0, "sgemm_gflops": 100.0, "threads": 1},
    "live": {
        "plain": {
            "batches_per_s": 9000.0,
            "frames_per_s": 61.0,
            "frame_interval_ms": {"p50": 16.0},
        },
        "inspecting": {
            "batches_per_s": 6000.0,
            "frames_per_s": 60.0,
            "frame_interval_ms": {"p50": 17.0},
        },
    },
    "paint": {"p50": 5.0, "p95": 6.0},
    "ink": {"p50": 7.0, "p95": 8.0},
    "bare": {"resident_mb": 100.0},
    "memory": {"half_way_mb": 240.0, "end_mb": 250.0, "batches": 99},
    "loss_plot": {"p50": 3.0, "p95": 4.0},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Answer without measuring, and note what was asked."""
    calls: list[tuple[object, ...]] = []

    def answer(*words: object) -> dict[str, Any]:
        calls.append(words)
        return {
            key: dict(value) if isinstance(value, dict) else value
            for key, value in ANSWERS[str(words[0])].items()
        }

    monkeypatch.setattr(parts, "ask", answer)
    monkeypatch.setattr(parts, "has_torch", lambda: True)
    return calls


def test_that_bpviz_and_pytorch_train_in_turns(asked: list[tuple[object, ...]]) -> None:
    result = parts.train(10)
    assert [program for program, *_ in asked] == ["train", "torch_train"] * 6
    assert [net for _, net, _ in asked] == [net for net in (*DIGITS, SMALLEST) for _ in range(2)]
    assert result["train_over_torch"] == dict.fromkeys((*DIGITS, SMALLEST), 3.0)


def test_that_without_pytorch_bpviz_trains_alone(
    asked: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "has_torch", lambda: False)
    assert parts.train(10) == {"batches_per_s": dict.fromkeys((*DIGITS, SMALLEST), 12000.0)}
    assert {program for program, *_ in asked} == {"train"}


def test_that_the_window_trains_between_two_trainings_without(
    asked: list[tuple[object, ...]],
) -> None:
    result = parts.live(10)
    assert [program for program, *_ in asked] == ["train", "live", "train"] * 2
    assert all(words[-1] == "validating" for words in asked if words[0] == "train")
    assert result["live_over_headless"] == 0.75
    assert result["frame_interval_ms"] == {"p50": 16.0}
    assert result["inspecting"]["live_over_headless"] == 0.5
    assert result["wide"]["live_over_headless"] == 0.75


def test_that_memory_is_what_the_window_has_more_than_a_bare_one(
    asked: list[tuple[object, ...]],
) -> None:
    result = parts.memory(2.5)
    assert asked[-1] == ("memory", "784-16-16-10/32", 150)
    assert result["memory_over_bare_mb"] == 150
    assert result["memory_growth_mb"] == 10


def test_that_windows_start_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []

    def seconds(name: str, words: object) -> float:
        started.append(name)
        return {"bare": 0.25, "start": 0.5}[name]

    monkeypatch.setattr(parts, "seconds_to_first_line", seconds)
    assert parts.start(10)["start_over_bare"] == 2
    assert started == ["bare", "start"] * parts.STARTS


def test_that_networks_are_painted_by_name(asked: list[tuple[object, ...]]) -> None:
    assert parts.paint(10)["paint_ms"] == {"784-16-16-10": 5.0, "784-1024-1024-10": 5.0}
