import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bpviz.cli import doctor, main, qt
from bpviz.data import DataError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Qt finds displays otherwise")

VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
Set = Callable[..., None]


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set what says which display there is; what is not given is not there."""

    def set_variables(**values: str) -> None:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_variables


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Make the system's loader fail as if libraries were missing."""
    load = ctypes.CDLL

    def set_missing(*missing: str, needed_by: str) -> None:
        def loader(name: str, *args: Any) -> ctypes.CDLL:
            lost = name if name in missing else missing[0] if needed_by in name else None
            if lost:
                raise OSError(f"{lost}: cannot open shared object file: No such file or directory")
            return load(name, *args)

        monkeypatch.setattr(ctypes, "CDLL", loader)

    return set_missing


@pytest.fixture
def displays(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Say which platforms' displays answer, and that no library is missing."""

    def set_answers(*answering: str) -> None:
        monkeypatch.setattr(qt, "_missing", lambda name: {})
        for name, (variable, _) in list(qt._DISPLAYS.items()):
            answers = partial(bool, name in answering)
            monkeypatch.setitem(qt._DISPLAYS, name, (variable, answers))

    return set_answers


def test_that_no_display_is_said_with_what_to_do_instead(desktop: Set) -> None:
    desktop()
    trouble = qt.window_trouble()
    assert trouble is not None
    assert trouble.startswith("no display found")
    assert "bpviz screenshot OUT.png" in trouble
    assert "xvfb-run bpviz" in trouble
    desktop(DISPLAY="")
    assert qt.window_trouble() == trouble


def test_that_a_display_that_does_not_answer_is_said(desktop: Set) -> None:
    desktop(DISPLAY=":4059")
    assert qt.window_trouble() == "the display cannot be reached (DISPLAY is :4059)"
    desktop(DISPLAY="nonsense")
    assert qt.window_trouble() == "the display cannot be reached (DISPLAY is nonsense)"


def test_that_a_chosen_platform_without_its_display_is_said(desktop: Set, displays: Set) -> None:
    displays()
    desktop(QT_QPA_PLATFORM="xcb")
    assert qt.window_trouble() == qt.NO_DISPLAY


def test_that_a_platform_without_displays_has_no_trouble(desktop: Set) -> None:
    desktop(QT_QPA_PLATFORM="offscreen")
    assert qt.window_trouble() is None
    assert qt.missing_libraries() == {}


def test_that_one_display_that_answers_is_enough(desktop: Set, displays: Set) -> None:
    desktop(WAYLAND_DISPLAY="wayland-7", DISPLAY=":7")
    displays("xcb")
    assert qt.window_trouble() is None
    assert qt.reachable_display() == ":7"
    displays("wayland")
    assert qt.window_trouble() is None
    assert qt.reachable_display() == "wayland-7"
    displays()
    trouble = qt.window_trouble()
    assert trouble is not None
    assert "wayland-7" in trouble
    assert ":7" in trouble
    assert qt.reachable_display() is None


def test_that_a_list_of_platforms_is_tried_in_turn(desktop: Set, displays: Set) -> None:
    desktop(QT_QPA_PLATFORM="wayland-egl;xcb:option=1", DISPLAY=":7")
    displays("xcb")
    assert qt.window_trouble() is None
    displays()
    assert qt.window_trouble() is not None


def test_that_wayland_is_asked_for_its_display(
    desktop: Set, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        pytest.skip("this machine has no Wayland library")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    desktop(WAYLAND_DISPLAY="wayland-7")
    assert qt.reachable_display() is None
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert qt.reachable_display() == "wayland-7"


def test_that_missing_libraries_are_named_all_at_once_with_their_packages(
    desktop: Set, lose: Set
) -> None:
    desktop(QT_QPA_PLATFORM="xcb", DISPLAY=":7")
    lose("libEGL.so.1", "libxcb-cursor.so.0", needed_by="libQt6Gui")
    assert qt.missing_libraries() == {
        "libEGL.so.1": "libegl1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
    }
    assert qt.window_trouble() == (
        "Qt cannot load libEGL.so.1, libxcb-cursor.so.0; "
        "on Debian and Ubuntu run: sudo apt install libegl1 libxcb-cursor0"
    )


def test_that_a_screenshot_asks_for_no_library_of_a_display(
    desktop: Set, lose: Set, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop(QT_QPA_PLATFORM="offscreen")
    lose("libxcb-cursor.so.0", needed_by="libqxcb")
    assert qt.window_trouble() is None
    lose("libEGL.so.1", "libxcb-cursor.so.0", needed_by="libQt6Gui")
    assert main(["screenshot", "picture.png"]) == 1
    assert capsys.readouterr().err == (
        "bpviz: Qt cannot load libEGL.so.1; on Debian and Ubuntu run: sudo apt install libegl1\n"
    )


def test_that_an_unknown_library_is_named_in_the_loaders_words(desktop: Set, lose: Set) -> None:
    desktop(QT_QPA_PLATFORM="offscreen")
    lose("libnew.so.9", needed_by="libqoffscreen")
    trouble = qt.window_trouble()
    assert trouble is not None
    assert trouble.startswith("Qt cannot load libnew.so.9: cannot open shared object file")
    assert "apt" not in trouble


def test_that_missing_qt_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt, "find_spec", lambda name: None)
    assert qt.window_trouble() == "PySide6 is not installed; run: python -m pip install bpviz"


def test_that_the_doctor_is_content_where_the_window_opens(
    desktop: Set, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop(QT_QPA_PLATFORM="offscreen")
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert report["qt_platform"] == "offscreen"
    assert report["qt"].startswith("6.")
    assert report["digits"] == "whole"
    assert (report["trouble"], report["missing_libraries"]) == (None, {})
    for name in ("bpviz", "python", "numpy", "blas", "fast_loops", "pyside6", "pyqtgraph"):
        assert report[name]


def test_that_the_doctor_says_that_the_fast_loops_are_missing_and_what_to_do(
    desktop: Set, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop(QT_QPA_PLATFORM="offscreen")
    monkeypatch.setattr("bpviz.kernels.library", None)
    assert main(["doctor"]) == 0  # it works without
    assert "pip install --force-reinstall" in capsys.readouterr().out


def test_that_the_doctor_says_why_the_window_cannot_open(
    desktop: Set, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop()
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"The window cannot open: {qt.NO_DISPLAY}"
    assert any(line.split() == ["Qt", "platform", "none"] for line in lines)


def test_that_the_doctor_finds_damaged_data(
    desktop: Set, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise DataError("mnist.npz is truncated")

    desktop(QT_QPA_PLATFORM="offscreen")
    monkeypatch.setattr(doctor, "load_mnist", broken)
    assert main(["doctor"]) == 1
    assert "mnist.npz is truncated" in capsys.readouterr().out


def test_that_the_doctor_shows_missing_libraries(
    desktop: Set, lose: Set, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop(DISPLAY=os.environ.get("DISPLAY") or ":4059")
    lose("libxcb-cursor.so.0", needed_by="libqxcb")
    main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert report["missing_libraries"] == {"libxcb-cursor.so.0": "libxcb-cursor0"}
