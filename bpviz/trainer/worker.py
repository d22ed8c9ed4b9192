"""What lives in the worker thread: the session, and a timer that trains it slice by slice."""

import math
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from bpviz.data import DataError, Mnist, Task, digits
from bpviz.engine import Array
from bpviz.session.blas_threads import fit_blas_threads
from bpviz.session.divergence import DivergenceError
from bpviz.session.history import Mark
from bpviz.session.look import Look
from bpviz.session.questions import Scope, check, draw_curve
from bpviz.session.session import Session
from bpviz.session.settings import Settings, SettingsError
from bpviz.trainer.answers import Answers
from bpviz.trainer.failure import Failure
from bpviz.trainer.pace import Pace

# What is asked for meanwhile waits for its end.
SLICE_S = 0.012
# Once a frame is due, it waits for nothing but the view.
SHORT_SLICE_S = 0.002
# A little shorter than the sixtieth of a second that a screen takes.
FRAME_S = 1 / 62
# Small steps in Python keep the interpreter busy, and each of the many calls of a painting would
# wait for it: they leave the window alone while it shows a frame, and rest between two slices.
BREATH_MS = 2
SMALL = 100_000
PATIENCE_S = 0.25


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

    Attributes
    ----------
    answers
        For its signals: what was asked about the batch on screen.

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
        self.answers = Answers(self)
        self._load = load
        self._digits: Task | None = None
        self._session: Session | None = None
        self._aside: Session | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._playing = False
        self._goal: Callable[[Session], bool] = _never
        self._last_batch = math.inf
        self._pace = Pace()
        self._counted_s = 0.0
        self._next_frame_s = 0.0
        self._shown = True
        self._mark = Mark()

    @Slot(int, object, object)
    @_reporting
    def start(self, run: int, settings: Settings, task: Task | None) -> None:
        """
        Begin an experiment in place of the one under way.

        Parameters
        ----------
        run
            Its number.
        settings
            What to train.
        task
            What to learn; None for the digits. Their experiment is kept meanwhile, see `go_back`.
        """
        self._rest()
        if self._digits is None:
            data = self._load()
            self._digits = digits(data)
            self.loaded.emit(data)
        session = Session(settings, task or self._digits, run)
        if task is None:
            self._aside = None
        elif self._session is not None and self._session.task is self._digits:
            self._aside = self._session
        self._take_up(session)

    @Slot(int)
    @_reporting
    def go_back(self, run: int) -> None:
        """Go on with the digits, where they were left, under another number."""
        if self._aside is not None:
            self._rest()
            session, self._aside = self._aside, None
            session.run = run
            self._take_up(session)

    def _rest(self) -> None:
        self.pause()
        self.answers.drop()
        if self._session is not None:
            self._session.release()

    def _take_up(self, session: Session) -> None:
        if self._session is not None:
            session.look = self._session.look._replace(sample=None, label=None, parameter=None)
        self._session = session
        fit_blas_threads(session.network.params.size)
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
        self._play(lambda session: session.batch >= batch, batch)

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
        """Train one batch, or the rest of the one under way."""
        self._step(Session.advance)

    @Slot()
    @_reporting
    def next_stage(self) -> None:
        """Go on by one stage."""
        is_update = self._session is not None and self._session.update_is_next
        self._step(Session.next_stage, evaluate_first=is_update)

    def _has(self, index: int) -> bool:
        """Return whether there is such a parameter: it may be one of a network before this."""
        return self._session is not None and index < self._session.network.params.size

    def _reads_digits(self) -> bool:
        """Return whether a drawing can be learnt: an example may have been opened since."""
        return self._session is not None and self._session.task is self._digits

    def _step(self, take: Callable[[Session], None], evaluate_first: bool = True) -> None:
        self._rest()
        session = self._session
        if session is None:
            return
        start_s = time.perf_counter()
        try:
            while evaluate_first and session.evaluating and not _interrupted():
                session.advance()
            if not _interrupted():
                take(session)
        finally:
            session.elapsed_s += time.perf_counter() - start_s
            self._publish()
        if session.evaluating:
            self._timer.start()

    @Slot(float, bool)
    def set_pace(self, per_s: float, by_stages: bool) -> None:
        """Train no faster than so many batches, or stages, a second; infinity for no limit."""
        self._pace.change(per_s, by_stages)
        self._timer.setInterval(max(self._pace.interval_ms, self._breath_ms))

    @Slot(object)
    @_reporting
    def look_at(self, look: Look) -> None:
        """Show another part of the batch from now on."""
        if self._session is not None:
            self._session.look = look
            if not self._playing:
                self._publish()

    @Slot(int, float)
    @_reporting
    def nudge(self, index: int, value: float) -> None:
        """Move a parameter for a while; `release` puts it back, as does whatever comes next."""
        if self._session is not None and not self._playing and self._has(index):
            while self._session.evaluating and not _interrupted():
                self._session.advance()
            if not _interrupted():
                self._session.nudge(index, value)
            self._publish()

    @Slot()
    @_reporting
    def release(self) -> None:
        """Put back the parameter that was nudged."""
        if self._session is not None and not self._playing:
            self._session.release()
            self._publish()

    @Slot(int, float)
    @_reporting
    def set_parameter(self, index: int, value: float) -> None:
        """Give a parameter a value, for good."""
        if self._has(index):
            self._step(lambda session: session.set_parameter(index, value))

    @Slot(object, int)
    @_reporting
    def begin_lesson(self, x: Array, label: int) -> None:
        """Walk into the first stage of a drawing, which is to be learnt."""

        def begin(session: Session) -> None:
            session.begin_lesson(x, label)
            session.next_stage()

        if self._reads_digits():
            self._step(begin, evaluate_first=False)

    @Slot(object, int)
    @_reporting
    def learn(self, x: Array, label: int) -> None:
        """Train once on a drawing."""
        if self._reads_digits():
            self._step(lambda session: session.learn(x, label))

    @Slot()
    @_reporting
    def undo_lesson(self) -> None:
        """Take the last lesson back."""
        self._step(Session.undo_lesson)

    @Slot(int)
    @_reporting
    def draw_curve(self, index: int) -> None:
        """Work out the loss along a parameter, in place of what was asked before."""
        if self._session is not None and not self._playing and self._has(index):
            self.answers.draw(draw_curve(self._session, index))
            self._timer.start()

    @Slot(str, int, float)
    @_reporting
    def check(self, scope: Scope, index: int, epsilon: float) -> None:
        """Check derivatives numerically, in place of what was asked before."""
        if self._session is not None and not self._playing and self._has(index):
            self.answers.check(check(self._session, scope, index, epsilon))
            self._timer.start()

    @Slot()
    def stop_check(self) -> None:
        """Give up the check under way."""
        self.answers.stop_check()

    @Slot(object)
    @_reporting
    def apply(self, settings: Settings) -> None:
        """Change what can change without a new network."""
        if self._session is not None:
            self.answers.drop()
            self._session.apply(settings)
            self._publish()

    @Slot()
    @_reporting
    def test(self) -> None:
        """Evaluate the test set, then go on."""
        if self._session is not None:
            self._session.begin_test()
            self._publish()  # whatever was nudged is back
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
        self.answers.drop()
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
            elif self.answers:
                self.answers.go_on()
            elif not self._playing:
                return False
            elif self._goal(session):
                self.pause()
            elif self._pace.due < 1:
                break
            elif self._pace.by_stages:
                self._pace.took(1)
                session.next_stage()
                self._publish()
            else:
                before = session.batch
                at_most = min(self._pace.due, self._last_batch - before)
                session.advance(deadline_s - time.perf_counter(), at_most)
                self._pace.took(session.batch - before)
        return True

    def _play(self, goal: Callable[[Session], bool], last_batch: float = math.inf) -> None:
        if self._session is None:
            return
        self._goal, self._last_batch = goal, last_batch
        self.answers.drop()
        if not self._playing:
            self._playing = True
            self._pace.start()
            self._counted_s = time.perf_counter()
            self._timer.start(max(self._pace.interval_ms, self._breath_ms))
            self.playing_changed.emit(True)

    @Slot()
    @_reporting
    def _tick(self) -> None:
        session = self._session
        if session is None:
            return
        waited_s = time.perf_counter() - self._next_frame_s
        if self._breath_ms and not self._shown and waited_s < PATIENCE_S:
            return  # the window is at work
        if self._playing:
            self._pace.tick()
        to_frame_s = self._next_frame_s - time.perf_counter()
        seconds = min(to_frame_s, SLICE_S) if to_frame_s > SHORT_SLICE_S else SHORT_SLICE_S
        if self._breath_ms:
            seconds = SHORT_SLICE_S
        if not self.work(session, seconds):
            self._timer.stop()
        self._count_time()
        self._publish_if_due()

    @property
    def _breath_ms(self) -> int:
        """How long to leave the interpreter to the window between two slices."""
        session = self._session
        small = session is not None and session.network.params.size < SMALL and not session.can_run
        return BREATH_MS if small and self._playing else 0

    def _count_time(self) -> None:
        now_s = time.perf_counter()
        if self._playing and self._session is not None:
            self._session.elapsed_s += now_s - self._counted_s
        self._counted_s = now_s

    def _publish_if_due(self) -> None:
        if self._session is None or self._session.history.mark() == self._mark:
            return
        at_rest = not self._timer.isActive()
        if at_rest or (self._shown and time.perf_counter() >= self._next_frame_s):
            self._publish()

    def _publish(self) -> None:
        if self._session is None:
            return
        self._shown = False
        # By the clock, and not by the last frame: one that was a little late delays no others.
        now_s = time.perf_counter()
        self._next_frame_s += FRAME_S
        if not now_s < self._next_frame_s < now_s + FRAME_S:
            self._next_frame_s = now_s + FRAME_S
        at_rest = self._pace.by_stages or not self._playing
        snapshot = self._session.snapshot(self._mark, at_rest)
        self._mark = self._session.history.mark()
        self.published.emit(snapshot)


def _never(session: Session) -> bool:
    return False


def _interrupted() -> bool:
    return QThread.currentThread().isInterruptionRequested()
