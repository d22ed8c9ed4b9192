import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bpviz import cli
from bpviz.bench.parts import PARTS
from bpviz.cli import main

Asked = list[tuple[object, ...]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Note what is to be measured instead of measuring it."""
    calls: Asked = []

    def note(*values: object) -> int:
        calls.append((*values, os.environ.get("QT_QPA_PLATFORM")))
        return 0

    monkeypatch.setattr(cli, "run_bench", note)
    return calls


def test_that_options_say_what_is_measured_and_how_often(asked: Asked) -> None:
    main(["bench"])
    main(["bench", "--json", "--only", "train,paint", "--runs", "3", "--minutes", "0.5"])
    assert [values[:4] for values in asked] == [
        (tuple(PARTS), 5, 10, False),
        (("train", "paint"), 3, 0.5, True),
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--only train,speed", "there is no part 'speed': choose from train, sgemm"),
        ("--only ''", "there is no part"),
        ("--runs 0", "must be a whole number, 1 or more"),
        ("--runs many", "not 'many'"),
        ("--minutes 0", "not '0'"),
        ("--minutes nan", "not 'nan'"),
        ("--minutes soon", "not 'soon'"),
        ("--seed 3", "unknown argument '--seed'"),
    ],
)
def test_that_a_wrong_value_gets_one_line_and_status_2(
    words: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["bench", *words.split()])
    out, err = capsys.readouterr()
    assert end.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert complaint in err


@pytest.mark.skipif(sys.platform != "linux", reason="Qt finds displays otherwise")
def test_that_without_a_display_it_paints_off_screen(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    main(["bench", "--only", "paint"])
    assert asked[0][-1] == "offscreen"


def test_that_a_window_that_cannot_open_is_told_before_measuring(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "window_trouble", lambda: "Qt cannot load libEGL.so.1")
    assert main(["bench", "--only", "train,ink"]) == 1
    assert capsys.readouterr().err == "bpviz: Qt cannot load libEGL.so.1\n"
    assert asked == []
    assert main(["bench", "--only", "train,sgemm"]) == 0
    assert len(asked) == 1


def test_that_it_measures_and_ends_with_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "start", "--runs", "1", "--json"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out.splitlines()[-1])
    assert report["start_over_bare"] > 0
    assert report["spread"]["start_over_bare"] == [report["start_over_bare"]] * 2
    assert "over a bare pyqtgraph window" in out
    assert "start" in err


def is_measuring(pid: int) -> bool:
    """Return whether a process has started a measuring program."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return any(b"bpviz.bench.bare" in Path(f"/proc/{c}/cmdline").read_bytes() for c in children)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_that_ctrl_c_ends_what_is_measuring_too(qtbot: QtBot) -> None:
    command = [sys.executable, "-m", "bpviz", "bench", "--only", "memory", "--minutes", "60"]
    # A session of its own: only this process is told, as when it is signalled from elsewhere.
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        qtbot.waitUntil(lambda: is_measuring(process.pid), timeout=20_000)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert err.splitlines()[1:] == ["bpviz: stopped by Ctrl+C"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
