"""The real window, as the measurements open it, and when it is painted."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from threadpoolctl import threadpool_limits

from bpviz.app.main import SWITCH_INTERVAL_S, Program, application
from bpviz.session.settings import Settings

WINDOW_PX = (1600, 1000)
REST_S = 1.5


class Paintings(QObject):
    """
    Notes when a widget has been painted.

    Attributes
    ----------
    times_s
        When each frame of the window was finished that has the widget painted anew.

    Signals
    -------
    painted
        Another one is finished.
    """

    painted = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.times_s: list[float] = []
        self._is_in_frame = False
        self._in_frame = False
        widget.installEventFilter(self)
        widget.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint and not (isinstance(watched, QWidget) and watched.isWindow()):
            self._is_in_frame = True
        elif kind == QEvent.Type.UpdateRequest and not self._in_frame:
            # Asks the window to paint all that has changed. Handed on from here, it is over when
            # that is done.
            self._is_in_frame, self._in_frame = False, True
            QCoreApplication.sendEvent(watched, event)
            self._in_frame = False
            if self._is_in_frame:
                self.times_s.append(time.perf_counter())
                self.painted.emit()
            return True
        return False


@contextmanager
def opened(settings: Settings) -> Iterator[Program]:
    """Open the window as the program does, let it come to rest, and close it in the end."""
    threadpool_limits(1)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    program = Program(application(), settings, "dark")
    program.window.resize(*WINDOW_PX)
    program.window.show()
    try:
        run_for(REST_S)
        yield program
    finally:
        program.window.close()


def run_for(seconds: float) -> None:
    """Let the program run."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
