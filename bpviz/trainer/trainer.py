"""The window's handle on the worker thread: everything said to it is a queued signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from bpviz.data import Mnist, Task
from bpviz.engine import Array
from bpviz.session.look import Look
from bpviz.session.questions import Scope
from bpviz.session.settings import Settings
from bpviz.trainer.worker import Worker


class Trainer(QObject):
    """
    Owns the worker and its thread. No method waits, `close` aside.

    Parameters
    ----------
    load
        Reads the pictures, in the worker's thread.
    parent
        The Qt parent.

    Attributes
    ----------
    worker
        For its signals (see `Worker`); its slots are asked for through the methods here.
    """

    _start_requested = Signal(int, object, object)
    _go_back_requested = Signal(int)
    _play_requested = Signal()
    _toggle_requested = Signal()
    _play_epoch_requested = Signal()
    _play_to_requested = Signal(int)
    _pause_requested = Signal()
    _next_batch_requested = Signal()
    _next_stage_requested = Signal()
    _pace_requested = Signal(float, bool)
    _look_requested = Signal(object)
    _nudge_requested = Signal(int, float)
    _release_requested = Signal()
    _set_parameter_requested = Signal(int, float)
    _begin_lesson_requested = Signal(object, int)
    _learn_requested = Signal(object, int)
    _undo_lesson_requested = Signal()
    _draw_curve_requested = Signal(int)
    _check_requested = Signal(str, int, float)
    _stop_check_requested = Signal()
    _apply_requested = Signal(object)
    _test_requested = Signal()
    _acknowledged = Signal()

    def __init__(self, load: Callable[[], Mnist], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker = Worker(load)
        self._thread = QThread(self)
        self._thread.setObjectName("trainer")
        self.worker.moveToThread(self._thread)
        # Bound methods of the worker only: anything else would run in this thread.
        self._start_requested.connect(self.worker.start)
        self._play_requested.connect(self.worker.play)
        self._toggle_requested.connect(self.worker.toggle)
        self._play_epoch_requested.connect(self.worker.play_epoch)
        self._play_to_requested.connect(self.worker.play_to)
        self._pause_requested.connect(self.worker.pause)
        self._next_batch_requested.connect(self.worker.next_batch)
        self._next_stage_requested.connect(self.worker.next_stage)
        self._go_back_requested.connect(self.worker.go_back)
        self._pace_requested.connect(self.worker.set_pace)
        self._look_requested.connect(self.worker.look_at)
        self._nudge_requested.connect(self.worker.nudge)
        self._release_requested.connect(self.worker.release)
        self._set_parameter_requested.connect(self.worker.set_parameter)
        self._begin_lesson_requested.connect(self.worker.begin_lesson)
        self._learn_requested.connect(self.worker.learn)
        self._undo_lesson_requested.connect(self.worker.undo_lesson)
        self._draw_curve_requested.connect(self.worker.draw_curve)
        self._check_requested.connect(self.worker.check)
        self._stop_check_requested.connect(self.worker.stop_check)
        self._apply_requested.connect(self.worker.apply)
        self._test_requested.connect(self.worker.test)
        self._acknowledged.connect(self.worker.acknowledge)
        self._thread.finished.connect(self.worker.deleteLater)
        self._run = 0
        self._thread.start()

    def start(self, settings: Settings, task: Task | None = None) -> None:
        """Begin a new experiment, on the digits if no other task is given."""
        self._run += 1
        self._start_requested.emit(self._run, settings, task)

    def go_back(self) -> None:
        """Go on with the digits, where another task took their place."""
        self._run += 1
        self._go_back_requested.emit(self._run)

    def play(self) -> None:
        """Train until told to pause."""
        self._play_requested.emit()

    def toggle(self) -> None:
        """Play if paused, pause if playing."""
        self._toggle_requested.emit()

    def play_epoch(self) -> None:
        """Train to the end of an epoch."""
        self._play_epoch_requested.emit()

    def play_to(self, batch: int) -> None:
        """Train until so many batches have been trained."""
        self._play_to_requested.emit(batch)

    def pause(self) -> None:
        """Stop training."""
        self._pause_requested.emit()

    def next_batch(self) -> None:
        """Train one batch."""
        self._next_batch_requested.emit()

    def next_stage(self) -> None:
        """Go on by one stage."""
        self._next_stage_requested.emit()

    def set_pace(self, per_s: float, by_stages: bool) -> None:
        """Train no faster than so many batches, or stages, a second; infinity for no limit."""
        self._pace_requested.emit(per_s, by_stages)

    def look_at(self, look: Look) -> None:
        """Show another part of each batch."""
        self._look_requested.emit(look)

    def nudge(self, index: int, value: float) -> None:
        """Move a parameter for a while."""
        self._nudge_requested.emit(index, value)

    def release(self) -> None:
        """Put the nudged parameter back."""
        self._release_requested.emit()

    def set_parameter(self, index: int, value: float) -> None:
        """Give a parameter a value, for good."""
        self._set_parameter_requested.emit(index, value)

    def begin_lesson(self, x: Array, label: int) -> None:
        """Walk into the first stage of a drawing, x : (n_in,), that is said to be of a class."""
        self._begin_lesson_requested.emit(x, label)

    def learn(self, x: Array, label: int) -> None:
        """Train once on a drawing."""
        self._learn_requested.emit(x, label)

    def undo_lesson(self) -> None:
        """Take the last lesson back."""
        self._undo_lesson_requested.emit()

    def draw_curve(self, index: int) -> None:
        """Have the loss along a parameter worked out."""
        self._draw_curve_requested.emit(index)

    def check(self, scope: Scope, index: int, epsilon: float) -> None:
        """Have derivatives checked numerically."""
        self._check_requested.emit(scope, index, epsilon)

    def stop_check(self) -> None:
        """Give up the check."""
        self._stop_check_requested.emit()

    def apply(self, settings: Settings) -> None:
        """Change what can change without a new network."""
        self._apply_requested.emit(settings)

    def test(self) -> None:
        """Evaluate the test set."""
        self._test_requested.emit()

    def acknowledge(self) -> None:
        """Say that the last snapshot is on screen."""
        self._acknowledged.emit()

    def close(self) -> None:
        """End the thread, after the piece of work under way: some milliseconds, as a rule."""
        self._thread.requestInterruption()
        self._thread.quit()
        self._thread.wait()
