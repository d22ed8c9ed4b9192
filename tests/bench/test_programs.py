"""The measuring programs themselves, each in its own process as `bpviz bench` runs it."""

import math
from importlib.util import find_spec

import pytest

from bpviz.bench import parts
from bpviz.bench.child import Answer, ask, seconds_to_first_line
from bpviz.bench.resident import resident_mb

SMALL = "784-16-16-10/32"


def assert_all_positive(answer: Answer) -> None:
    for key, value in answer.items():
        if isinstance(value, dict):
            assert_all_positive(value)
        else:
            assert math.isfinite(value), key
            assert value > 0, key


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("train", "2-4-2-1/10", 0.1), {"batches_per_s"}),
        (("train", SMALL, 0.1, "validating"), {"batches_per_s"}),
        (
            ("sgemm", "784-32-10/32", 0.1),
            {"share", "training_gflops", "sgemm_gflops", "threads"},
        ),
        (("live", SMALL, 0.5), {"plain", "inspecting"}),
        (("paint", SMALL, 8), {"p50", "p95"}),
        (("ink", SMALL, 0.5), {"p50", "p95"}),
        (("bare", "memory"), {"resident_mb"}),
        (("memory", SMALL, 0.5), {"half_way_mb", "end_mb", "batches"}),
        (("loss_plot", 5000), {"p50", "p95"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_that_a_program_answers_with_figures(words: tuple[str, object], keys: set[str]) -> None:
    answer = ask(*words)
    assert answer.keys() == keys
    assert_all_positive(answer)


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("net", ["2-4-2-1/10", SMALL])
def test_that_pytorch_trains_the_same(net: str) -> None:
    assert_all_positive(ask("torch_train", net, 0.1))


def test_that_the_command_and_the_bare_window_tell_of_their_first_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "STARTS", 1)
    assert_all_positive(parts.start(10))


def test_that_the_first_frame_ends_the_command() -> None:
    words = ["-c", parts.START.replace("sys.exit(", "print('not reached'); sys.exit(")]
    assert seconds_to_first_line("start", words) > 0


def test_that_the_machine_is_described() -> None:
    facts = ask("machine")
    assert facts["platform"] == "offscreen"
    for key in ("cpu", "cores", "system", "python", "bpviz", "numpy", "blas", "pyside6"):
        assert facts["machine"][key], key
    assert facts["machine"].keys() >= {"torch", "kernels", "pyqtgraph"}


def test_that_resident_memory_grows_with_what_is_held() -> None:
    before = resident_mb()
    held = bytearray(100_000_000)
    held[::1024] = bytes(len(held[::1024])).replace(b"\0", b"\1")
    assert 50 < resident_mb() - before < 150
