"""The worker in its thread, asked through the handle, as the window does."""

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from bpviz.data import DataError, Mnist, digits
from bpviz.session.evaluation import evaluate
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.session.snapshot import Snapshot
from bpviz.trainer import worker as worker_module
from bpviz.trainer.failure import Failure
from bpviz.trainer.trainer import Trainer

EPOCH = 20  # batches of 32 in the small data set
WAIT_MS = 10_000  # for what should come within milliseconds


class Window(QObject):
    """What a window does with a trainer: it notes what it is told, and acknowledges snapshots."""

    def __init__(self, trainer: Trainer, qtbot: QtBot) -> None:
        super().__init__(trainer)
        self.trainer = trainer
        self.qtbot = qtbot
        self.acknowledges = True
        self.snapshots: list[Snapshot] = []
        self.playing = False
        self.times_played = 0
        self.paused_at = -1
        self.loads = 0
        self.failures: list[Failure] = []
        self.divergences: list[str] = []
        trainer.worker.published.connect(self._show)
        trainer.worker.playing_changed.connect(self._playing)
        trainer.worker.loaded.connect(self._loaded)
        trainer.worker.failed.connect(self._failed)
        trainer.worker.diverged.connect(self._diverged)

    @Slot(object)
    def _show(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)
        if self.acknowledges:
            self.trainer.acknowledge()

    @Slot(bool)
    def _playing(self, playing: bool) -> None:
        self.playing = playing
        self.times_played += playing
        self.paused_at = -1 if playing else self.last.batch

    @Slot(object)
    def _loaded(self, data: Mnist) -> None:
        self.loads += 1

    @Slot(object)
    def _failed(self, failure: Failure) -> None:
        self.failures.append(failure)

    @Slot(str)
    def _diverged(self, why: str) -> None:
        self.divergences.append(why)

    @property
    def last(self) -> Snapshot:
        return self.snapshots[-1]

    def wait_until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def start(self, settings: Settings | None = None) -> None:
        """Start a session and wait for its first validation."""
        run = self.last.run if self.snapshots else 0
        self.trainer.start(settings or Settings())
        # The run before may tell of its validations until it ends.
        self.wait_until(
            lambda: any(s.course.validations for s in self.snapshots if s.run > run),
        )

    def step(self) -> Snapshot:
        """Train one batch and return the snapshot of it."""
        batch, n = self.last.batch + 1, len(self.snapshots)
        self.trainer.next_batch()
        self.wait_until(lambda: any(s.batch == batch for s in self.snapshots[n:]))
        return self.last

    def stop(self) -> None:
        """Pause, and step once: what was published before has then arrived, all of it."""
        self.trainer.pause()
        n = len(self.snapshots)
        self.wait_until(lambda: not self.playing and len(self.snapshots) > n)
        self.step()

    def losses(self, run: int = 1) -> np.ndarray[Any, Any]:
        """Put together the losses of all snapshots, each of which must join the one before."""
        pieces = [s.course for s in self.snapshots if s.run == run]
        n = 0
        for piece in pieces:
            assert piece.first_batch == n + 1
            n += len(piece.losses)
        return np.concatenate([piece.losses for piece in pieces])


@pytest.fixture
def loader(small_mnist: Mnist) -> Callable[[], Mnist]:
    return lambda: small_mnist


@pytest.fixture
def trainer(qapp: QObject, loader: Callable[[], Mnist]) -> Iterator[Trainer]:
    trainer = Trainer(loader)
    yield trainer
    trainer.close()
    trainer.deleteLater()


@pytest.fixture
def window(trainer: Trainer, qtbot: QtBot) -> Window:
    return Window(trainer, qtbot)


def trained(data: Mnist, batches: int, settings: Settings) -> Session:
    session = Session(settings, digits(data))
    for _ in range(batches):
        session.next_batch()
    return session


# --- start ----------------------------------------------------------------------------------------


def test_that_a_start_publishes_batch_0_and_then_its_validation(
    window: Window, small_mnist: Mnist
) -> None:
    window.start()
    first = window.snapshots[0]
    assert (first.run, first.batch, first.glance) == (1, 0, None)
    assert (
        first.params.tobytes() == Session(Settings(), digits(small_mnist)).network.params.tobytes()
    )
    network = Session(Settings(), digits(small_mnist)).network
    (validation,) = (v for s in window.snapshots for v in s.course.validations)
    assert validation == (0, evaluate(network, small_mnist.validation))
    assert window.last.batch == 0
    assert not window.playing


def test_that_pictures_are_loaded_once_and_in_the_thread_of_the_worker(
    qtbot: QtBot, small_mnist: Mnist
) -> None:
    threads = []

    def load() -> Mnist:
        threads.append(threading.get_ident())
        return small_mnist

    trainer = Trainer(load)
    window = Window(trainer, qtbot)
    window.start()
    window.start()
    trainer.close()
    assert window.loads == len(threads) == 1
    assert threads[0] != threading.get_ident()


def test_that_a_new_start_gives_the_same_weights_in_a_run_of_its_own(window: Window) -> None:
    window.start()
    window.step()
    window.start()
    again = next(s for s in window.snapshots if s.run == 2)
    assert again.batch == 0
    assert again.params.tobytes() == window.snapshots[0].params.tobytes()
    window.step()
    assert window.losses(run=2).tobytes() == window.losses(run=1).tobytes()


def test_that_a_start_while_it_plays_ends_the_old_run(window: Window) -> None:
    window.start()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 0)
    window.start(Settings(seed=1))
    assert not window.playing
    runs = [s.run for s in window.snapshots]
    assert runs == sorted(runs)
    assert window.step().batch == 1
    assert window.last.run == 2
    assert window.last.settings.seed == 1


# --- steps and play -------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_that_n_steps_give_the_bits_of_a_session_of_n_batches(
    window: Window, small_mnist: Mnist, optimizer: str
) -> None:
    settings = Settings(optimizer=optimizer, learning_rate=0.01)
    window.start(settings)
    for batch in range(1, EPOCH + 6):
        assert window.step().batch == batch
    session = trained(small_mnist, EPOCH + 5, settings)
    assert window.last.params.tobytes() == session.network.params.tobytes()
    assert window.losses().tobytes() == session.history.losses.tobytes()


def test_that_steps_asked_for_in_a_burst_are_all_published(window: Window) -> None:
    window.start()
    window.acknowledges = False
    for _ in range(5):
        window.trainer.next_batch()
    window.wait_until(lambda: window.last.batch == 5)
    batches = [s.batch for s in window.snapshots]
    assert batches == sorted(batches)
    assert set(batches) == {0, 1, 2, 3, 4, 5}


def test_that_play_publishes_growing_batches_until_it_is_paused(window: Window) -> None:
    window.start()
    window.trainer.play()
    window.wait_until(lambda: len({s.batch for s in window.snapshots}) >= 4)
    assert window.playing
    window.stop()
    batches = [s.batch for s in window.snapshots]
    assert batches == sorted(batches)


def test_that_a_pause_publishes_where_it_stopped_and_nothing_is_trained_after_it(
    window: Window,
) -> None:
    window.start()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 0)
    window.trainer.pause()
    window.wait_until(lambda: not window.playing)
    stopped = window.paused_at
    assert stopped > 0
    window.trainer.next_batch()
    window.wait_until(lambda: window.last.batch > stopped)
    assert window.last.batch == stopped + 1


def test_that_a_step_while_it_plays_stops_it(window: Window) -> None:
    window.start()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 0)
    window.trainer.next_batch()
    window.wait_until(lambda: not window.playing and window.last.batch > window.paused_at)
    assert window.last.batch == window.paused_at + 1
    assert window.step().batch == window.paused_at + 2


def test_that_play_is_told_once_however_often_it_is_asked_for(window: Window) -> None:
    window.start()
    for _ in range(3):
        window.trainer.play()
    window.wait_until(lambda: window.playing)
    window.stop()
    assert window.times_played == 1


def test_that_a_played_run_has_every_loss_once_though_frames_are_dropped(
    window: Window, small_mnist: Mnist
) -> None:
    window.start()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 3 * EPOCH)
    window.stop()
    losses = window.losses()
    assert len(losses) == window.last.batch
    assert len(window.snapshots) < window.last.batch
    session = trained(small_mnist, window.last.batch, Settings())
    assert losses.tobytes() == session.history.losses.tobytes()
    assert window.last.params.tobytes() == session.network.params.tobytes()


def test_that_while_it_plays_nothing_is_published_until_the_last_was_acknowledged(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The worker may publish after each of many slices.
    monkeypatch.setattr(worker_module, "SLICE_S", 0.0002)
    monkeypatch.setattr(worker_module, "FRAME_S", 0.0)
    window.start(Settings(batch_size=1))
    window.acknowledges = False
    window.step()
    window.trainer.play_epoch()
    window.wait_until(lambda: window.paused_at == 640)
    assert not [s.batch for s in window.snapshots if 1 < s.batch < 640]
    assert len(window.losses()) == 640

    window.trainer.acknowledge()
    window.trainer.play()
    window.wait_until(lambda: window.playing and window.last.batch > 640)
    last = window.last
    window.trainer.pause()
    window.wait_until(lambda: not window.playing)
    assert not [s.batch for s in window.snapshots if last.batch < s.batch < window.paused_at]


def test_that_play_epoch_stops_at_the_end_of_the_epoch_with_its_validation(
    window: Window, small_mnist: Mnist
) -> None:
    window.start()
    for _ in range(3):
        window.step()
    for end in (EPOCH, 2 * EPOCH):
        window.trainer.play_epoch()
        window.wait_until(lambda end=end: window.last.batch == end and not window.playing)  # type: ignore[misc]
        assert window.last.epoch == end // EPOCH
        assert window.last.batch_in_epoch == window.last.batches_in_epoch == EPOCH
    courses = [s.course for s in window.snapshots]
    validations = [v for course in courses for v in course.validations]
    assert [v.batch for v in validations] == [0, 10, 20, 30, 40]
    session = trained(small_mnist, 2 * EPOCH, Settings())
    assert validations[-1].result == evaluate(session.network, small_mnist.validation)
    assert [end for course in courses for end in course.epoch_ends] == [20, 40]


def test_that_play_to_stops_at_that_batch_with_the_validation_due_there(
    window: Window, small_mnist: Mnist
) -> None:
    window.start()
    window.trainer.play_to(EPOCH + 10)
    window.wait_until(lambda: window.paused_at == EPOCH + 10)
    session = trained(small_mnist, EPOCH + 10, Settings())
    assert window.last.params.tobytes() == session.network.params.tobytes()
    validations = [v.batch for s in window.snapshots for v in s.course.validations]
    assert validations == [0, 10, 20, 30]


def test_that_play_to_a_batch_that_is_over_trains_nothing(window: Window) -> None:
    window.start()
    window.step()
    window.trainer.play_to(1)
    window.wait_until(lambda: window.paused_at == 1)
    assert window.step().batch == 2


def test_that_play_goes_past_the_end_of_an_epoch(window: Window) -> None:
    window.start()
    window.trainer.play_epoch()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 2 * EPOCH)
    assert window.playing


# --- settings and test ----------------------------------------------------------------------------


def test_that_applied_settings_train_the_next_batches(window: Window, small_mnist: Mnist) -> None:
    window.start()
    window.step()
    changed = Settings(learning_rate=0.01, batch_size=5)
    window.trainer.apply(changed)
    window.wait_until(lambda: window.last.settings == changed)
    window.step()
    session = trained(small_mnist, 1, Settings())
    session.apply(changed)
    session.next_batch()
    assert window.last.params.tobytes() == session.network.params.tobytes()


def test_that_settings_apply_while_it_plays(window: Window) -> None:
    window.start()
    window.trainer.play()
    changed = Settings(learning_rate=0.01)
    window.trainer.apply(changed)
    window.wait_until(lambda: window.last.settings == changed and window.last.batch > 0)
    assert window.playing


def test_that_settings_that_need_a_new_network_fail_in_words(window: Window) -> None:
    window.start()
    window.trainer.apply(Settings(hidden=(4,)))
    window.wait_until(lambda: bool(window.failures))
    assert window.failures == [Failure("only a new network can take another hidden")]
    assert window.step().settings == Settings()


def test_that_a_test_arrives_and_does_not_disturb_the_training(
    window: Window, small_mnist: Mnist
) -> None:
    window.start()
    window.step()
    window.trainer.test()
    window.wait_until(lambda: any(s.course.tests for s in window.snapshots))
    (test,) = (t for s in window.snapshots for t in s.course.tests)
    session = trained(small_mnist, 1, Settings())
    assert test == (1, evaluate(session.network, small_mnist.test))
    session.next_batch()
    assert window.step().params.tobytes() == session.network.params.tobytes()


def test_that_a_limited_speed_trains_no_faster(window: Window) -> None:
    window.start()
    window.trainer.set_pace(0.001, False)
    window.trainer.play()
    window.wait_until(lambda: window.playing)
    window.stop()
    # The first comes at once if there was time for it; the next would take a quarter of an hour.
    assert window.last.batch <= 1 + 1


# --- what goes wrong ------------------------------------------------------------------------------


def test_that_a_loader_that_fails_is_told_in_one_line_and_asked_again_at_the_next_start(
    qtbot: QtBot, small_mnist: Mnist
) -> None:
    answers: list[Mnist | DataError] = [DataError("mnist.npz is altered; reinstall"), small_mnist]

    def load() -> Mnist:
        answer = answers.pop(0)
        if isinstance(answer, DataError):
            raise answer
        return answer

    trainer = Trainer(load)
    window = Window(trainer, qtbot)
    trainer.start(Settings())
    window.wait_until(lambda: bool(window.failures))
    assert window.failures == [Failure("mnist.npz is altered; reinstall")]
    assert not window.snapshots
    window.start()
    assert window.step().batch == 1
    trainer.close()


def test_that_an_error_in_the_worker_pauses_and_arrives_with_details_and_it_lives_on(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(session: Session, until: float = math.inf) -> None:
        raise ZeroDivisionError("made on purpose")

    window.start()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 0)
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_walk_on", fail)
        window.wait_until(lambda: bool(window.failures) and not window.playing)
    (failure,) = window.failures
    assert failure.message == "Training stopped by an error in bpviz: made on purpose"
    assert 'raise ZeroDivisionError("made on purpose")' in failure.details
    before = window.last.batch
    assert window.step().batch == before + 1
    window.trainer.play()
    window.wait_until(lambda: window.playing and window.last.batch > before + 1)


def test_that_a_divergence_pauses_and_is_told(window: Window) -> None:
    window.start(Settings(learning_rate=1e30))
    window.trainer.play()
    window.wait_until(lambda: bool(window.divergences) and not window.playing)
    (why,) = window.divergences
    assert why.startswith("Batch 2: the activations of layer ")
    window.wait_until(lambda: window.last.batch == 2)
    assert np.isfinite(window.last.params).all()
    assert not np.isfinite(window.losses()[-1])
    window.start()
    assert window.step().batch == 1


@pytest.mark.parametrize("playing", [True, False])
def test_that_a_start_that_fails_keeps_the_old_session_usable(
    window: Window, small_mnist: Mnist, playing: bool
) -> None:
    window.start()
    if playing:
        window.trainer.play()
        window.wait_until(lambda: window.last.batch > 0)
    window.trainer.start(Settings(hidden=(8192, 8192)))
    window.wait_until(lambda: bool(window.failures) and not window.playing)
    assert "more than the 25,000,000 that bpviz can show" in window.failures[0].message
    assert window.failures[0].details == ""
    before = window.last.batch
    assert window.step().run == 1
    session = trained(small_mnist, before + 1, Settings())
    assert window.last.params.tobytes() == session.network.params.tobytes()
    assert window.losses().tobytes() == session.history.losses.tobytes()


# --- close ----------------------------------------------------------------------------------------


def thread_of(trainer: Trainer) -> QThread:
    thread = trainer.findChild(QThread, "trainer")
    assert isinstance(thread, QThread)
    return thread


def test_that_closing_while_it_plays_ends_the_thread(window: Window) -> None:
    window.start()
    window.trainer.play()
    window.wait_until(lambda: window.last.batch > 0)
    thread = thread_of(window.trainer)
    assert thread.isRunning()
    window.trainer.close()
    assert thread.isFinished()
    window.trainer.close()  # once more does no harm


def test_that_closing_right_after_the_start_ends_the_thread(qapp: QObject, mnist: Mnist) -> None:
    trainer = Trainer(lambda: mnist)
    trainer.start(Settings(hidden=(512, 512)))
    trainer.play()
    trainer.close()
    assert thread_of(trainer).isFinished()


def test_that_closing_a_trainer_that_was_never_started_ends_the_thread(
    qapp: QObject, mnist: Mnist
) -> None:
    trainer = Trainer(lambda: mnist)
    trainer.close()
    assert thread_of(trainer).isFinished()
