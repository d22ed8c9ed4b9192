"""What opening the window costs."""

import subprocess
import sys

DEAR = ("pyqtgraph", "torch", "PySide6.QtTest", "qtawesome", "numba")


def test_that_the_window_is_opened_without_what_it_does_not_need() -> None:
    code = "import sys, bpviz.app.main; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert "bpviz.app.window" in loaded
    assert set(loaded).isdisjoint(DEAR)
