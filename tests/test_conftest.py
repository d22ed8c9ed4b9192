"""The fixtures that watch all other tests are watched here: each leak made on purpose is found."""

from pathlib import Path

import pytest
import threadpoolctl
from PySide6.QtCore import QSettings

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
IMPORTS = """
from PySide6.QtCore import QObject, QThread, QTimer, Signal
from PySide6.QtWidgets import QWidget
kept = []  # so that no leak is collected as garbage
"""


def run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(IMPORTS + test)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider")


@pytest.mark.parametrize(
    ("leak", "complaint"),
    [
        ("x = QWidget(objectName='mine')", "top-level widget QWidget 'mine'"),
        ("x = QWidget(); x.show()", "top-level widget QWidget ''"),
        ("x = QThread(objectName='mine'); x.start()", "running QThread QThread 'mine', see *.py:5"),
        ("x = QTimer(objectName='mine'); x.start(1000)", "active QTimer QTimer 'mine', see *.py:5"),
    ],
)
def test_that_a_leak_fails_the_test_and_only_that_test(
    pytester: pytest.Pytester, leak: str, complaint: str
) -> None:
    result = run(
        pytester,
        f"def test_leaking(qapp):\n"
        f"    {leak}; kept.append(x)\n"  # line 5 of the file
        f"def test_after_it(qapp):\n"
        f"    pass\n",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([f"the test leaks: {complaint}"])


def test_that_a_timer_started_by_a_signal_is_found_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "class Clicker(QObject):\n"
        "    clicked = Signal()\n"
        "def test_leaking(qapp):\n"
        "    clicker, x = Clicker(), QTimer(interval=1000)\n"
        "    clicker.clicked.connect(x.start)\n"
        "    clicker.clicked.emit()\n"
        "    kept.append(x)\n",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["the test leaks: active QTimer QTimer '', see *.py:7"])


def test_that_all_leaks_of_a_test_are_told(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "def test_leaking(qapp):\n"
        "    kept.extend([QTimer(), QWidget()])\n"
        "    kept[0].start(1000)\n",
    )
    result.stdout.fnmatch_lines(["the test leaks: active QTimer*; top-level widget QWidget*"])


def test_that_what_was_tidied_up_is_no_leak(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "def test_tidy(qtbot):\n"
        "    thread = QThread()\n"
        "    thread.start()\n"
        "    thread.quit()\n"
        "    thread.wait()\n"
        "    window = QWidget()\n"
        "    qtbot.addWidget(window)\n"
        "    QTimer(window).start(1000)\n"
        "    QWidget().deleteLater()\n"
        "    cycle = QWidget()\n"
        "    cycle.itself = cycle\n",
    )
    result.assert_outcomes(passed=1)


def test_that_a_failed_test_is_told_its_failure_alone(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "def test_failing(qapp):\n    kept.append(QWidget())\n    assert False\n"
        "def test_after_it(qapp):\n    assert not qapp.topLevelWidgets()\n",
    )
    result.assert_outcomes(failed=1, passed=1)


@pytest.mark.parametrize("turn", [1, 2])
def test_that_settings_start_empty_and_lie_in_a_temporary_directory(
    tmp_path: Path, turn: int
) -> None:
    settings = QSettings()
    assert not settings.allKeys()
    settings.setValue("turn", turn)
    settings.sync()
    assert Path(settings.fileName()).is_relative_to(tmp_path)
    assert Path(settings.fileName()).exists()


def test_that_named_settings_lie_there_too(tmp_path: Path) -> None:
    assert Path(QSettings("bpviz", "bpviz").fileName()).is_relative_to(tmp_path)


def test_that_blas_has_one_thread() -> None:
    pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    assert pools
    assert all(pool["num_threads"] == 1 for pool in pools)
