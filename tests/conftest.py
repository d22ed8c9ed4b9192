"""For all tests: no display, one BLAS thread, settings of their own, and nothing may leak."""

import gc
import os
import sys
from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

# Before Qt is loaded, which reads it once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from threadpoolctl import threadpool_limits

from bpviz.data import Mnist, Split, Task, digits, load_mnist

# As the program does: more threads make small networks slower. numpy is loaded by now.
threadpool_limits(1)


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    """All digits."""
    return load_mnist()


@pytest.fixture(scope="session")
def small_mnist(mnist: Mnist) -> Mnist:
    """A few digits, for an epoch of 20 batches of 32: 640 to learn, 100 to validate and test."""

    def first(split: Split, n: int) -> Split:
        return Split(split.x[:n], split.y[:n])

    return Mnist(first(mnist.train, 640), first(mnist.validation, 100), first(mnist.test, 100))


@pytest.fixture(scope="session")
def small_task(small_mnist: Mnist) -> Task:
    """Tell those few digits apart."""
    return digits(small_mnist)


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path: Path) -> None:
    """Keep every test away from the user's settings, and from those of the test before."""
    QCoreApplication.setOrganizationName("bpviz-tests")
    QCoreApplication.setApplicationName("bpviz-tests")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for file_format in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(file_format, QSettings.Scope.UserScope, str(tmp_path / "settings"))


@pytest.fixture(autouse=True)
def nothing_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window, a running QThread or an active QTimer behind."""
    windows_before = _windows()
    failed_before = request.session.testsfailed
    threads: WeakKeyDictionary[QObject, str] = WeakKeyDictionary()
    timers: WeakKeyDictionary[QObject, str] = WeakKeyDictionary()
    # A context of its own: what the test itself patches has been put back by then.
    with pytest.MonkeyPatch.context() as patch:
        _note(patch, QThread, threads)
        _note(patch, QTimer, timers)
        yield

    leaks = [
        *(f"running QThread {_name(x)}, see {threads[x]}" for x in _running(threads)),
        *(f"active QTimer {_name(x)}, see {timers[x]}" for x in _active(timers)),
        *(f"top-level widget {_name(x)}" for x in _new_windows(windows_before)),
    ]
    # The next test must not suffer from them. Threads first, for their timers are stopped in them.
    for thread in _running(threads):
        thread.requestInterruption()
        thread.quit()
        thread.wait()
    for timer in _active(timers):
        if timer.thread() is QThread.currentThread():
            timer.stop()
    # A window that has a parent, as a menu has, is deleted with it; so are those that Qt made.
    for window in _new_windows(windows_before):
        if shiboken6.isValid(window) and shiboken6.createdByPython(window) and not window.parent():
            shiboken6.delete(window)

    # A test that failed had no chance to tidy up, and its traceback keeps alive what it made.
    if leaks and request.session.testsfailed == failed_before:
        pytest.fail("the test leaks: " + "; ".join(leaks), pytrace=False)


def _note(patch: pytest.MonkeyPatch, cls: Any, places: WeakKeyDictionary[Any, str]) -> None:
    """Note where each object was made, and then where it was started, unless a signal did it."""
    for name in ("__init__", "start"):
        original = getattr(cls, name)

        @wraps(original)  # by its name Qt finds the slot when a signal is connected to `start`
        def noted(self: QObject, *args: Any, original: Any = original, **kwargs: Any) -> None:
            original(self, *args, **kwargs)
            caller = sys._getframe().f_back
            if caller is not None:
                places[self] = f"{caller.f_code.co_filename}:{caller.f_lineno}"

        patch.setattr(cls, name, noted)


def _running(threads: WeakKeyDictionary[Any, str]) -> list[QThread]:
    return [x for x in list(threads) if shiboken6.isValid(x) and x.isRunning()]


def _active(timers: WeakKeyDictionary[Any, str]) -> list[QTimer]:
    if any(shiboken6.isValid(x) and x.isActive() for x in list(timers)):
        _tidy()
    return [x for x in list(timers) if shiboken6.isValid(x) and x.isActive()]


def _windows() -> set[QWidget]:
    # A tool tip is Qt's own, shown by no one in particular and deleted when its time is over.
    return {x for x in QApplication.topLevelWidgets() if not x.inherits("QTipLabel")}


def _new_windows(before: set[QWidget]) -> set[QWidget]:
    if _windows() - before:
        _tidy()
    return _windows() - before


def _tidy() -> None:
    """Carry out what is deleted later. Collecting garbage takes long: not after every test."""
    if QCoreApplication.instance() is not None:
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()


def _name(x: QObject) -> str:
    return f"{type(x).__name__} {x.objectName()!r}"
