"""The program as its user starts it, on a display."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bpviz
from bpviz.views.theme import DARK

ROOT = Path(bpviz.__file__).parents[1]
WAIT_S = 60  # for what should take two seconds

# Starts the program and, every 10 ms, does the next thing once the last one has shown its effect.
PLAY_AND_CLOSE = """
import json, sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from bpviz.app import main as app_main
from bpviz.cli import main

class Watched(app_main.Program):
    def __init__(self, *args):
        super().__init__(*args)
        self.steps = self.script()
        self.timer = QTimer(self.window, interval=10)
        self.timer.timeout.connect(self.go_on)
        self.timer.start()

    def go_on(self):
        if next(self.steps, "done") == "done":
            self.timer.stop()

    def script(self):
        window, controls = self.window, self.window.controls
        while not (window.isVisible() and controls.play.isEnabled()):
            yield
        window.activateWindow()
        while not window.isActiveWindow():
            yield
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Space)
        while controls.play.text() != "Pause" or self.controller.snapshot.batch < 500:
            yield
        screen = QGuiApplication.primaryScreen()
        corner = window.network.view.mapToGlobal(window.network.view.rect().topLeft())
        pixel = screen.grabWindow(0, corner.x() + 3, corner.y() + 3, 1, 1).toImage()
        print(json.dumps({
            "platform": QGuiApplication.platformName(),
            "ground": pixel.pixelColor(0, 0).name(),
            "batch": self.controller.snapshot.batch,
        }))
        window.close()

app_main.Program = Watched
sys.exit(main(["--theme", "dark"]))
"""


@pytest.fixture
def display() -> Iterator[str]:
    """Start an X server of its own on a display that is free, and end it."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed")
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with open(reader) as answer:
            number = answer.readline().strip()  # empty if the server could not start
        assert number, f"Xvfb ended with status {server.wait(WAIT_S)}"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(WAIT_S)


def test_that_the_window_opens_trains_and_closes_on_a_real_display(
    display: str, tmp_path: Path
) -> None:
    foreign = ("QT_", "WAYLAND_", "XDG_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", PLAY_AND_CLOSE],
        cwd=ROOT,
        env=environment
        | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(tmp_path),
            "XDG_RUNTIME_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=WAIT_S,
    )
    assert ended.stderr == ""
    assert ended.returncode == 0
    seen = json.loads(ended.stdout)
    assert seen["platform"] == "xcb"
    assert seen["ground"] == DARK.ground  # the X server shows what the dark theme paints
    assert seen["batch"] >= 500
