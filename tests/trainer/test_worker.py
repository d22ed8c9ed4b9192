"""The worker without its thread: its slots are called as methods, and the clock is a toy."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer

from bpviz.data import DataError, Mnist, digits
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.session.snapshot import Snapshot
from bpviz.trainer import pace as pace_module
from bpviz.trainer import worker as worker_module
from bpviz.trainer.failure import Failure
from bpviz.trainer.worker import Worker


class Clock:
    """Stands in for the module `time`. Reading it takes time, at first a microsecond."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.reading_s = 1e-6
        self.still_readings = 0

    def perf_counter(self) -> float:
        if self.still_readings:
            self.still_readings -= 1
        else:
            self.now_s += self.reading_s
        return self.now_s


class Notes(QObject):
    """Keeps what a worker says."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.snapshots: list[Snapshot] = []
        self.playing: list[bool] = []
        self.failures: list[Failure] = []
        self.divergences: list[str] = []
        worker.published.connect(self.snapshots.append)
        worker.playing_changed.connect(self.playing.append)
        worker.failed.connect(self.failures.append)
        worker.diverged.connect(self.divergences.append)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (worker_module, pace_module):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def worker(qapp: QObject, small_mnist: Mnist) -> Iterator[Worker]:
    worker = Worker(lambda: small_mnist)
    yield worker
    worker.deleteLater()


@pytest.fixture
def notes(worker: Worker) -> Notes:
    return Notes(worker)


def tick(worker: Worker, clock: Clock, seconds: float) -> None:
    """Let the worker's timer fire every 16 ms for so long."""
    end_s = clock.now_s + seconds
    while clock.now_s < end_s:
        clock.now_s += 0.016
        worker._tick()


def settle(worker: Worker, clock: Clock) -> None:
    """Start a session and finish its first validation."""
    worker.start(1, Settings(), None)
    tick(worker, clock, 0.1)


# --- work -----------------------------------------------------------------------------------------


def test_that_work_evaluates_but_does_not_train_unless_it_plays(
    worker: Worker, small_mnist: Mnist
) -> None:
    session = Session(Settings(), digits(small_mnist))
    assert worker.work(session, 10.0) is False
    assert not session.evaluating
    assert [v.batch for v in session.history.validations] == [0]
    assert session.batch == 0


def test_that_work_stops_when_its_time_is_over(
    worker: Worker, clock: Clock, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = []
    monkeypatch.setattr(Session, "advance", lambda session: pieces.append(session))
    clock.reading_s = 0.001
    assert worker.work(Session(Settings(), digits(mnist)), 0.0105) is True
    assert len(pieces) == 10


def test_that_work_trains_no_more_batches_than_are_due(
    worker: Worker, clock: Clock, small_mnist: Mnist
) -> None:
    settle(worker, clock)
    worker.set_pace(1, False)
    worker.play()
    session = Session(Settings(), digits(small_mnist))
    assert worker.work(session, 10.0) is True
    assert session.batch == 1  # the first batch comes at once, the second is not due yet


# --- speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batches_per_s", [1, 3, 10, 45, 100])
def test_that_the_speed_is_kept(
    worker: Worker, clock: Clock, notes: Notes, batches_per_s: float
) -> None:
    settle(worker, clock)
    worker.set_pace(batches_per_s, False)
    worker.play()
    tick(worker, clock, 10.0)
    worker.pause()
    # One tick of 16 ms more or less, and the first batch that comes at once.
    assert notes.snapshots[-1].batch == pytest.approx(
        10 * batches_per_s, abs=2 + 0.02 * batches_per_s
    )


def test_that_the_first_batch_comes_at_once_however_slow_the_speed(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(0.1, False)
    worker.play()
    tick(worker, clock, 0.016)
    worker.pause()
    assert notes.snapshots[-1].batch == 1


def test_that_what_a_stall_held_up_is_not_made_up_for_in_a_burst(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(100, False)
    worker.play()
    clock.now_s += 60
    tick(worker, clock, 0.016)
    worker.pause()
    assert 1 <= notes.snapshots[-1].batch <= 15


@pytest.fixture
def slow_batches(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each batch take 1 ms, and be trained alone."""
    advance = Session.advance

    def slowly(session: Session, seconds: float = 0, at_most: float = 1) -> None:
        clock.now_s += 0.001
        advance(session)

    monkeypatch.setattr(Session, "advance", slowly)


@pytest.mark.usefixtures("slow_batches")
def test_that_unlimited_speed_fills_its_slice(worker: Worker, clock: Clock, notes: Notes) -> None:
    settle(worker, clock)
    worker.play()
    worker._next_frame_s = clock.now_s + 1
    worker._tick()
    worker.pause()
    # Ten batches, and the validation in the middle of the epoch.
    assert 10 <= notes.snapshots[-1].batch <= worker_module.SLICE_S / 0.001


@pytest.mark.usefixtures("slow_batches")
def test_that_a_slice_ends_when_the_next_frame_is_due(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.play()
    worker._publish()
    worker.acknowledge()
    clock.now_s += worker_module.FRAME_S - 0.005
    shown = len(notes.snapshots)
    worker._tick()
    assert len(notes.snapshots) == shown + 1
    assert notes.snapshots[-1].batch == pytest.approx(5, abs=1)


@pytest.mark.usefixtures("slow_batches")
def test_that_unlimited_speed_survives_a_clock_that_stands_still_for_a_moment(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    clock.still_readings = 2  # the one of `play` and the first one of the tick
    worker.play()
    worker._publish()
    worker._tick()
    worker.pause()
    assert notes.snapshots[-1].batch > 1


def test_that_a_changed_speed_holds_at_once(worker: Worker, clock: Clock, notes: Notes) -> None:
    settle(worker, clock)
    worker.play()
    worker.set_pace(10, False)
    tick(worker, clock, 1.0)
    worker.set_pace(100, False)
    tick(worker, clock, 1.0)
    worker.pause()
    assert notes.snapshots[-1].batch == pytest.approx(110, abs=5)


def test_that_a_limit_leaves_no_batches_due_from_unlimited_speed(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    clock.reading_s = 0.001
    worker.acknowledge()
    clock.now_s += 1.0
    worker.play()
    worker._tick()  # publishes at its end
    before = notes.snapshots[-1].batch
    assert before > 0
    worker.set_pace(100, False)
    clock.reading_s = 1e-6
    tick(worker, clock, 0.016)
    worker.pause()
    assert notes.snapshots[-1].batch - before in (1, 2)


def test_that_the_timer_waits_a_frame_where_the_speed_is_limited_and_else_not_at_all(
    worker: Worker,
) -> None:
    timer = worker.findChild(QTimer)
    assert isinstance(timer, QTimer)
    worker.set_pace(10, False)
    assert timer.interval() == 16
    worker.set_pace(math.inf, False)
    assert timer.interval() == 0


# --- time and frames ------------------------------------------------------------------------------


def test_that_elapsed_time_leaves_pauses_out(worker: Worker, clock: Clock, notes: Notes) -> None:
    settle(worker, clock)
    clock.now_s += 500
    worker.set_pace(10, False)
    worker.play()
    tick(worker, clock, 2.0)
    worker.pause()
    clock.now_s += 500
    worker.play()
    tick(worker, clock, 1.0)
    worker.pause()
    assert notes.snapshots[-1].elapsed_s == pytest.approx(3.0, abs=0.05)


def test_that_while_it_plays_a_frame_is_published_when_acknowledged_and_not_sooner(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(50, False)
    worker.play()
    before = len(notes.snapshots)
    tick(worker, clock, 1.0)
    assert len(notes.snapshots) == before
    for shown in (1, 2):
        worker.acknowledge()
        tick(worker, clock, 1.0)
        assert len(notes.snapshots) == before + shown


def test_that_while_it_plays_an_acknowledgement_is_answered_at_once(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(50, False)
    worker.play()
    before = len(notes.snapshots)
    tick(worker, clock, 1.0)
    worker.acknowledge()
    assert len(notes.snapshots) == before + 1


def test_that_while_it_rests_an_acknowledgement_is_not_answered(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    before = len(notes.snapshots)
    clock.now_s += 1.0
    worker.acknowledge()
    assert len(notes.snapshots) == before


def test_that_frames_are_published_no_faster_than_a_screen_shows_them(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(50, False)
    worker.play()
    before = len(notes.snapshots)
    for _ in range(1000):  # of a millisecond each
        worker.acknowledge()
        clock.now_s += 0.001
        worker._tick()
    assert 40 <= len(notes.snapshots) - before <= 61


# --- without a session, and with errors -----------------------------------------------------------


def test_that_without_a_session_wishes_are_ignored(worker: Worker, notes: Notes) -> None:
    worker.play()
    worker.play_epoch()
    worker.play_to(5)
    worker.next_batch()
    worker.apply(Settings())
    worker.test()
    worker.pause()
    worker._tick()
    assert (notes.snapshots, notes.playing, notes.failures) == ([], [], [])


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError("one\ntwo"), "Training stopped by an error in bpviz: one"),
        (MemoryError(), "Training stopped by an error in bpviz: MemoryError"),
        (DataError("the file is altered; reinstall"), "the file is altered; reinstall"),
    ],
)
def test_that_an_error_is_told_in_one_line(
    worker: Worker,
    notes: Notes,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    message: str,
) -> None:
    def fail(session: Session) -> None:
        raise error

    worker.start(1, Settings(), None)
    monkeypatch.setattr(Session, "advance", fail)
    worker.next_batch()
    (failure,) = notes.failures
    assert failure.message == message
    if isinstance(error, DataError):
        assert failure.details == ""
    else:
        assert failure.details.startswith("Traceback (most recent call last)")
        assert type(error).__name__ in failure.details


def test_that_a_change_that_is_refused_pauses(worker: Worker, notes: Notes) -> None:
    worker.start(1, Settings(), None)
    worker.play()
    worker.apply(Settings(seed=1))
    assert notes.failures == [Failure("only a new network can take another seed")]
    assert notes.playing == [True, False]


def test_that_stepping_trains_one_batch_and_validates_before_it_what_is_due(
    worker: Worker, notes: Notes
) -> None:
    worker.start(1, Settings(), None)
    worker.next_batch()
    assert notes.snapshots[-1].batch == 1
    assert [v.batch for v in notes.snapshots[-1].course.validations] == [0]


def test_that_a_divergence_while_playing_pauses(worker: Worker, clock: Clock, notes: Notes) -> None:
    worker.start(1, replace(Settings(), learning_rate=1e30), None)
    worker.play()
    tick(worker, clock, 1.0)
    assert notes.playing == [True, False]
    (why,) = notes.divergences
    assert why.startswith("Batch 2: the activations of layer")
    assert notes.snapshots[-1].batch == 2
    losses = np.concatenate([snapshot.course.losses for snapshot in notes.snapshots])
    assert np.isfinite(losses).tolist() == [True, False]
    assert notes.failures == []


# --- what is published, and when ------------------------------------------------------------------


def test_that_a_step_is_published_once(worker: Worker, clock: Clock, notes: Notes) -> None:
    settle(worker, clock)
    before = len(notes.snapshots)
    worker.next_batch()
    tick(worker, clock, 0.1)
    assert [snapshot.batch for snapshot in notes.snapshots[before:]] == [1]


def test_that_nothing_is_published_while_nothing_happens(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(1, False)
    before = len(notes.snapshots)
    worker.play()
    for _ in range(200):
        worker.acknowledge()
        tick(worker, clock, 0.016)
    assert [snapshot.batch for snapshot in notes.snapshots[before:]] == [1, 2, 3, 4]


def test_that_the_time_counts_the_last_slice_and_no_pause(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.set_pace(10, False)
    for _ in range(2):
        clock.now_s += 100
        start_s = clock.now_s
        worker.play()
        tick(worker, clock, 1.0)
        clock.now_s += 0.25  # a slice that takes long
        elapsed_s = clock.now_s - start_s
        worker.pause()
    assert notes.snapshots[-1].elapsed_s == pytest.approx(2 * elapsed_s, rel=0.01)


def test_that_two_quick_presses_leave_it_as_it_was(
    worker: Worker, clock: Clock, notes: Notes
) -> None:
    settle(worker, clock)
    worker.toggle()
    worker.toggle()
    assert notes.playing == [True, False]


def test_that_small_steps_in_python_leave_the_window_alone_while_it_shows_a_frame(
    worker: Worker, clock: Clock, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(worker, clock)
    monkeypatch.setattr(Session, "can_run", False)
    worker.play()
    worker.acknowledge()
    worker._tick()
    assert worker._session is not None
    trained = worker._session.batch
    assert trained > 0
    worker._publish()  # a frame to show
    worker._tick()
    assert worker._session.batch == trained
    worker.acknowledge()
    worker._tick()
    assert worker._session.batch > trained
    trained = worker._session.batch
    worker._publish()
    clock.now_s += 1  # a window that never answers
    worker._tick()
    assert worker._session.batch > trained
