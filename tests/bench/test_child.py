import subprocess

import pytest

from bpviz.bench.child import MeasurementError, ask, seconds_to_first_line


def test_that_a_program_that_fails_is_named_with_its_last_words() -> None:
    with pytest.raises(
        MeasurementError, match=r"^train ended with status 1: \w+Error: .*'nonsense'"
    ):
        ask("train", "nonsense", 1)


def test_that_a_program_that_says_nothing_has_failed() -> None:
    with pytest.raises(MeasurementError, match=r"^silent ended with status 0$"):
        seconds_to_first_line("silent", ["-c", "pass"])


def test_that_the_time_ends_with_the_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([10.0, 12.5, 99.0])
    monkeypatch.setattr("bpviz.bench.child.time.perf_counter", lambda: next(ticks))
    assert seconds_to_first_line("talkative", ["-c", "print(1); print(2)"]) == 2.5


def test_that_no_flood_of_errors_stops_a_program() -> None:
    script = "import sys; sys.stderr.write('no\\n' * 100_000); print('done')"
    assert seconds_to_first_line("loud", ["-c", script]) > 0


def test_that_a_program_has_failed_if_it_went_on_after_an_error() -> None:
    script = "print('done', flush=True); import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: "
    with pytest.raises(MeasurementError, match=r"^hardy ended with status 0: ZeroDivisionError"):
        seconds_to_first_line("hardy", ["-c", script + "traceback.print_exc()"])


def test_that_an_interruption_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[str]] = []

    class Noted(subprocess.Popen[str]):
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[call-overload]
            begun.append(self)

    def interrupted() -> float:
        raise KeyboardInterrupt

    script = "import time; print(1, flush=True); time.sleep(600)"
    clock = iter([lambda: 0.0, interrupted])
    monkeypatch.setattr("bpviz.bench.child.time.perf_counter", lambda: next(clock)())
    monkeypatch.setattr(subprocess, "Popen", Noted)
    with pytest.raises(KeyboardInterrupt):
        seconds_to_first_line("endless", ["-c", script])
    (process,) = begun
    assert process.returncode not in (None, 0)
