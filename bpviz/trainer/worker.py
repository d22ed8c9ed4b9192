"""What lives in the worker thread: the session, and a timer that trains it slice by slice."""

import math
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from bpviz.data import DataError, Mnist
from bpviz.session.divergence import DivergenceError
from bpviz.session.history import Mark
from bpviz.session.session import Session
from bpviz.session.settings import Settings, SettingsError
from bpviz.trainer.failure import Failure

SLICE_S = 0.006
FRAME_S = 1 / 60


def _reporting(slot: Callable[..., None]) -> Callable[..., None]:
    """Send what a slot raises to the user; an exception must not die unseen in the event loop."""

    @wraps(slot)
    def reported(worker: "Worker", *args: Any) -> None:
        try:
            slot(worker, *args)
        except (DataError, SettingsError) as error:
            worker.halt()
            worker.failed.emit(Failure(str(error)))
        except DivergenceError as error:
            worker.pause()
            worker.diverged.emit(str(error))
        except Exception as error:
            worker.halt()
            what, *_ = str(error).splitlines() or [type(error).__name__]
            first_line = f"Training stopped by an error in bpviz: {what}"
            worker.failed.emit(Failure(first_line, traceback.format_exc()))

    return reported


class Worker(QObject):
    """
    Trains a session in slices of some milliseconds, and answers between them.

    Everything is asked of it through queued signals; it never waits and needs no lock.

    Parameters
    ----------
    load
        Reads the pictures, in the worker's thread.

    Signals
    -------
    loaded
        `Mnist`: the pictures have been read.
    published
        `Snapshot`: where the session stands. While it plays, the next one comes when the last one
        was acknowledged; what was asked for step by step is always published.
    playing_changed
        Whether it trains on its own now.
    diverged
        Why the session paused: something is not finite any more.
    failed
        `Failure`: something else went wrong. The worker lives on.
    """

    loaded = Signal(object)
    published = Signal(object)
    playing_changed = Signal(bool)
    diverged = Signal(str)
    failed = Signal(object)

    def __init__(self, load: Callable[[], Mnist]) -> None:
        super().__init__()
        self._load = load
        self._data: Mnist | None = None
        self._session: Session | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._playing = False
        self._goal: Callable[[Session], bool] = _never
        self._speed = math.inf
        self._due = 0.0
        self._last_tick_s = 0.0
        self._counted_s = 0.0
        self._last_frame_s = 0.0
        self._shown = True
        self._mark = Mark()

    @Slot(int, object)
    @_reporting
    def start(self, run: int, settings: Settings) -> None:
        """Begin an experiment in place of the one under way."""
        self.pause()
        if self._data is None:
            self._data = self._load()
            self.loaded.emit(self._data)
        self._session = Session(settings, self._data, run)
        self._mark = Mark()
        self._publish()
        self._timer.start()

    @Slot()
    @_reporting
    def play(self) -> None:
        """Train until told to pause."""
        self._play(_never)

    @Slot()
    @_reporting
    def play_epoch(self) -> None:
        """Train until the end of the epoch under way, or of the next if one has just ended."""
        if self._session is not None:
            start = self._session.batch
            self._play(lambda session: session.at_epoch_end and session.batch > start)

    @Slot(int)
    @_reporting
    def play_to(self, batch: int) -> None:
        """Train until so many batches have been trained since the start."""
        self._play(lambda session: session.batch >= batch)

    @Slot()
    @_reporting
    def pause(self) -> None:
        """Stop training and publish where it stopped."""
        if self._playing:
            self._count_time()
            self._playing = False
            self._publish()
            self.playing_changed.emit(False)

    @Slot()
    @_reporting
    def toggle(self) -> None:
        """Play if paused, pause if playing: what the user sees may lag behind what is so."""
        if self._playing:
            self.pause()
        else:
            self.play()

    @Slot()
    @_reporting
    def next_batch(self) -> None:
        """Train one batch."""
        self.pause()
        if self._session is None:
            return
        start_s = time.perf_counter()
        try:
            while self._session.evaluating and not _interrupted():
                self._session.advance()
            self._session.advance()
        finally:
            self._session.elapsed_s += time.perf_counter() - start_s
            self._publish()
        if self._session.evaluating:
            self._timer.start()

    @Slot(float)
    def set_speed(self, batches_per_s: float) -> None:
        """Train no faster than this; infinity for as fast as it goes."""
        self._speed = batches_per_s
        self._due = 0.0 if math.isinf(self._due) else min(self._due, 1.0)
        self._timer.setInterval(self._interval_ms())

    @Slot(object)
    @_reporting
    def apply(self, settings: Settings) -> None:
        """Change what can change without a new network."""
        if self._session is not None:
            self._session.apply(settings)
            self._publish()

    @Slot()
    @_reporting
    def test(self) -> None:
        """Evaluate the test set, then go on."""
        if self._session is not None:
            self._session.begin_test()
            self._timer.start()

    @Slot()
    @_reporting
    def acknowledge(self) -> None:
        """Take note that the last snapshot is on screen, so that the next one may follow."""
        self._shown = True
        if self._playing:
            self._publish_if_due()

    def halt(self) -> None:
        """Stop whatever goes on after an error, which may be one of the pause's snapshot too."""
        self._timer.stop()
        with suppress(Exception):
            self._publish()
        if self._playing:
            self._playing = False
            self.playing_changed.emit(False)

    def work(self, session: Session, seconds: float) -> bool:
        """
        Evaluate what is due and train as much as the speed allows.

        Parameters
        ----------
        session
            Whose work it is.
        seconds
            For about so long at the most.

        Returns
        -------
        bool
            Whether there is more to do, now or later.
        """
        deadline_s = time.perf_counter() + seconds
        while time.perf_counter() < deadline_s:
            if session.evaluating:
                session.advance()
            elif not self._playing:
                return False
            elif self._goal(session):
                self.pause()
            elif self._due >= 1:
                self._due -= 1
                session.advance()
            else:
                break
        return True

    def _play(self, goal: Callable[[Session], bool]) -> None:
        if self._session is None:
            return
        self._goal = goal
        if not self._playing:
            self._playing = True
            # The first batch comes at once, however slow the speed.
            self._due = 1.0
            self._last_tick_s = self._counted_s = time.perf_counter()
            self._timer.start(self._interval_ms())
            self.playing_changed.emit(True)

    def _interval_ms(self) -> int:
        # 16 ms keeps a limited speed smooth to the eye; the debt in `_due` keeps it exact.
        return 0 if math.isinf(self._speed) else 16

    @Slot()
    @_reporting
    def _tick(self) -> None:
        session = self._session
        if session is None:
            return
        now_s = time.perf_counter()
        if self._playing:
            # A coarse clock may say that no time passed, and infinity times zero is NaN.
            passed_s = max(now_s - self._last_tick_s, 1e-9)
            # What a slow machine could not train in 0.1 s is not made up for later.
            self._due = min(self._due + self._speed * passed_s, 1 + self._speed * 0.1)
        self._last_tick_s = now_s
        if not self.work(session, SLICE_S):
            self._timer.stop()
        self._count_time()
        self._publish_if_due()

    def _count_time(self) -> None:
        now_s = time.perf_counter()
        if self._playing and self._session is not None:
            self._session.elapsed_s += now_s - self._counted_s
        self._counted_s = now_s

    def _publish_if_due(self) -> None:
        if self._session is None or self._session.history.mark() == self._mark:
            return
        at_rest = not self._timer.isActive()
        if at_rest or (self._shown and time.perf_counter() - self._last_frame_s >= FRAME_S):
            self._publish()

    def _publish(self) -> None:
        if self._session is None:
            return
        self._shown = False
        self._last_frame_s = time.perf_counter()
        snapshot = self._session.snapshot(self._mark)
        self._mark = self._session.history.mark()
        self.published.emit(snapshot)


def _never(session: Session) -> bool:
    return False


def _interrupted() -> bool:
    return QThread.currentThread().isInterruptionRequested()
