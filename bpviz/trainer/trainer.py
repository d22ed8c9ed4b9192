"""The window's handle on the worker thread: everything said to it is a queued signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from bpviz.data import Mnist
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

    _start_requested = Signal(int, object)
    _play_requested = Signal()
    _toggle_requested = Signal()
    _play_epoch_requested = Signal()
    _play_to_requested = Signal(int)
    _pause_requested = Signal()
    _next_batch_requested = Signal()
    _speed_requested = Signal(float)
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
        self._speed_requested.connect(self.worker.set_speed)
        self._apply_requested.connect(self.worker.apply)
        self._test_requested.connect(self.worker.test)
        self._acknowledged.connect(self.worker.acknowledge)
        self._thread.finished.connect(self.worker.deleteLater)
        self._run = 0
        self._thread.start()

    def start(self, settings: Settings) -> None:
        """Begin a new experiment."""
        self._run += 1
        self._start_requested.emit(self._run, settings)

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

    def set_speed(self, batches_per_s: float) -> None:
        """Train no faster than this; infinity for no limit."""
        self._speed_requested.emit(batches_per_s)

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
