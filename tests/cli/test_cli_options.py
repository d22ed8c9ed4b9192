import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from bpviz import cli
from bpviz.data import DataError
from bpviz.session.settings import Settings

BPVIZ = [sys.executable, "-m", "bpviz"]


def test_that_an_option_ends_up_in_the_settings_that_are_trained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained: list[tuple[object, ...]] = []

    def record(*values: object) -> int:
        trained.append(values)
        return 0

    monkeypatch.setattr(cli, "run_train", record)
    every_option = (
        "--hidden 8,9 --activation tanh --output sigmoid --loss squared_error "
        "--initializer xavier --optimizer adam --learning-rate 0.01 --weight-decay 1e-4 "
        "--batch-size 7 --seed 3 --batches 12 --json"
    )
    cli.main(["train"])
    cli.main(["train", *every_option.split()])
    cli.main(["train", "--hidden", "none", "--epochs", "2"])
    cli.main(["train", "--hidden", ""])
    everything = Settings(
        hidden=(8, 9),
        activation="tanh",
        output="sigmoid",
        loss="squared_error",
        initializer="xavier",
        optimizer="adam",
        learning_rate=0.01,
        weight_decay=1e-4,
        batch_size=7,
        seed=3,
    )
    assert trained == [
        (Settings(), 5, None, False),
        (everything, 5, 12, True),
        (Settings(hidden=()), 2, None, False),
        (Settings(hidden=()), 5, None, False),
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("train --hidden 16,x", "'16,x' is no list of layers"),
        ("train --hidden 16,0", "a layer has 1 to"),
        ("train --hidden 8000,8000", "weights are more than"),
        ("--hidden 8000,8000", "weights are more than"),
        ("train --activation step", "'step'"),
        ("train --output linear", "cross-entropy needs outputs between 0 and 1"),
        ("train --learning-rate nan", "the learning rate must be a finite number above 0"),
        ("train --learning-rate fast", "'fast'"),
        ("train --batch-size 0", "a batch has 1 to"),
        ("train --seed -1", "a seed is"),
        ("train --seed 1.5", "'1.5'"),
        ("train --epochs -1", "must be a whole number, 0 or more, not '-1'"),
        ("train --epochs 1 --batches 1", "not allowed with"),
        ("train --batchsize 3", "unknown argument '--batchsize'"),
        ("train 3", "unknown argument '3'"),
        ("--seed 3 train", "options go after the command"),
        ("paint", "'paint'"),
        ("screenshot", "OUT.png"),
        ("screenshot picture.txt", "must end in .png"),
        ("screenshot no/such/folder/picture.png", "there is no folder 'no/such/folder'"),
        ("screenshot picture.png --size 16x0", "not '16x0'"),
        ("screenshot picture.png --size large", "not 'large'"),
        ("screenshot picture.png --after -1", "not '-1'"),
        ("check --hidden 500,500", "derivatives are more than"),
        ("check --optimizer adam", "unknown argument '--optimizer'"),
    ],
)
def test_that_a_wrong_value_gets_one_line_and_status_2(
    words: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words.split())
    out, err = capsys.readouterr()
    assert end.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("bpviz: error: ")
    assert complaint in err
    assert err.endswith("--help)\n")


def test_that_broken_data_get_one_line_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> int:
        raise DataError("mnist.npz is truncated; reinstall bpviz")

    monkeypatch.setattr(cli, "run_train", broken)
    assert cli.main(["train"]) == 1
    assert capsys.readouterr() == ("", "bpviz: mnist.npz is truncated; reinstall bpviz\n")


def test_that_ctrl_c_gets_one_line_and_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_train", interrupted)
    assert cli.main(["train"]) == 130
    assert capsys.readouterr() == ("", "bpviz: stopped by Ctrl+C\n")


def test_that_every_command_calculates_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def count(*_: object) -> int:
        threads.extend(x["num_threads"] for x in threadpool_info() if x["user_api"] == "blas")
        return 0

    monkeypatch.setattr(cli, "run_doctor", count)
    with threadpool_limits(2):
        cli.main(["doctor"])
    assert set(threads) == {1}


def test_that_the_window_opens_with_its_settings_and_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[Settings, str | None]] = []

    def open_window(settings: Settings, theme: str | None) -> int:
        opened.append((settings, theme))
        return 0

    monkeypatch.setattr("bpviz.app.main.open_window", open_window)
    monkeypatch.setattr(cli, "_end_on_ctrl_c", lambda: None)
    assert cli.main([]) == 0
    assert cli.main(["--hidden", "8", "--theme", "light"]) == 0
    assert opened == [(Settings(), None), (Settings(hidden=(8,)), "light")]


def test_that_the_window_is_not_tried_where_it_cannot_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "window_trouble", lambda: "no display found")
    monkeypatch.setattr("bpviz.app.main.open_window", lambda *_: pytest.fail("it was tried"))
    assert cli.main([]) == 1
    assert capsys.readouterr().err == "bpviz: no display found\n"


@pytest.mark.parametrize(
    ("error", "status"), [(OSError("disk full"), 2), (RuntimeError("Batch 2: not finite"), 1)]
)
def test_that_a_failed_screenshot_gets_one_line(
    error: Exception,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("bpviz.app.main.screenshot", fail)
    monkeypatch.setattr(cli, "_end_on_ctrl_c", lambda: None)
    try:
        ended = cli.main(["screenshot", "picture.png"])
    except SystemExit as end:
        ended = int(str(end.code))
    assert ended == status
    err = capsys.readouterr().err
    assert str(error) in err
    assert err.count("\n") == 1


def test_that_help_is_given_without_loading_qt() -> None:
    script = (
        "import sys\nfrom bpviz.cli import main\n"
        "try: main(['--help'])\nfinally: assert 'PySide6' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("train", "screenshot", "check", "doctor", "--hidden", "relu", "(default 16,16)"):
        assert word in done.stdout


def test_that_python_m_bpviz_is_bpviz() -> None:
    done = subprocess.run([*BPVIZ, "--seed", "x"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("bpviz: error: argument --seed")


@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise elsewhere")
def test_that_a_reader_who_leaves_early_causes_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*BPVIZ, "check", "--activation", "tanh"], stdout=writer, stderr=subprocess.PIPE
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_that_ctrl_c_ends_qt_though_it_never_calls_python() -> None:
    # An event loop with nothing to do stands for the window.
    script = """
import sys
from types import ModuleType
from bpviz import cli
main = sys.modules["bpviz.app.main"] = ModuleType("bpviz.app.main")
def open_window(settings, theme):
    from PySide6.QtCore import QCoreApplication
    app = QCoreApplication([])
    print("ready", flush=True)
    return app.exec()
main.open_window = open_window
sys.exit(cli.main([]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "bpviz: stopped by Ctrl+C\n")


def test_that_a_screenshot_is_drawn_without_a_display(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    done = subprocess.run(
        [*BPVIZ, "screenshot", str(path), "--after", "2", "--size", "1400x900"],
        env={key: value for key, value in os.environ.items() if key not in hidden},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    picture = path.read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (1400, 900)


def test_that_a_missing_package_gets_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: object) -> int:
        raise ModuleNotFoundError("No module named 'pyqtgraph'")

    monkeypatch.setattr(cli, "run_doctor", missing)
    assert cli.main(["doctor"]) == 1
    err = capsys.readouterr().err
    assert err == "bpviz: No module named 'pyqtgraph'; `bpviz doctor` says what is missing here\n"


def test_that_json_is_the_only_line_on_stdout() -> None:
    done = subprocess.run([*BPVIZ, "check", "--json", "--activation", "tanh"], capture_output=True)
    assert done.stdout.count(b"\n") == 1
    assert json.loads(done.stdout)["ok"] is True
