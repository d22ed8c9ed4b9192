"""Joins the trainer and the views: passes wishes one way and snapshots the other."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from bpviz.app.rate import Rate
from bpviz.app.trouble import show_trouble
from bpviz.app.window import Window
from bpviz.data import Mnist, as_input, from_mnist, to_mnist
from bpviz.data.ink import SIDE_PX
from bpviz.data.targets import CLASSES
from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    OUTPUT_ACTIVATIONS,
    SOFTMAX,
    Network,
    Trace,
    trace_input,
)
from bpviz.session.settings import MAX_SEED, Settings
from bpviz.session.snapshot import Snapshot
from bpviz.trainer.failure import Failure
from bpviz.trainer.trainer import Trainer
from bpviz.views.ink_history import INK_PX
from bpviz.views.readout import NetworkState
from bpviz.views.settings_panel import summary
from bpviz.views.status_bar import Progress

HINT_START = "Press Space to train, or draw a digit and see how an untrained network guesses."
HINT_PLAYING = "Colours show the newest batch at each frame. Space pauses; hover for numbers."
HINT_PAUSED = "Shift+→ trains one more batch. Draw a digit at the left and watch it being read."
UNTRAINED = "Untrained: its weights are random, and so are its guesses."


class Controller(QObject):
    """
    Hands wishes to the trainer and what it publishes to the views.

    The one thing it works out itself is the answer to a drawing: a single forward pass, here in
    the GUI thread, so that it can follow the pen.

    Parameters
    ----------
    window
        Whose views are driven.
    trainer
        What trains.
    settings
        Of the first experiment.

    Signals
    -------
    troubled : str
        What went wrong, after the user was told.
    """

    troubled = Signal(str)

    def __init__(self, window: Window, trainer: Trainer, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._trainer = trainer
        self._settings = settings
        self._data: Mnist | None = None
        self._snapshot: Snapshot | None = None
        self._network: Network | None = None
        self._drawing: NDArray[np.uint8] | None = None
        self._answer: Trace | None = None
        self._rate = Rate()
        self._validation: tuple[float, int] | None = None
        self._test: tuple[float, int] | None = None
        self._examples = np.random.default_rng()

        worker = trainer.worker
        worker.loaded.connect(self._on_loaded)
        worker.published.connect(self._on_published)
        worker.playing_changed.connect(self._on_playing_changed)
        worker.diverged.connect(self._on_diverged)
        worker.failed.connect(self._on_failed)

        window.closing.connect(trainer.close)
        controls = window.controls
        controls.play.clicked.connect(trainer.toggle)
        controls.next_batch.clicked.connect(trainer.next_batch)
        controls.next_epoch.clicked.connect(trainer.play_epoch)
        controls.reset.clicked.connect(self.reset)
        controls.new_seed.clicked.connect(self.new_seed)
        controls.speed_changed.connect(self._on_speed_changed)
        window.settings.live_settings_changed.connect(self._on_live_settings)
        window.settings.restart_requested.connect(self._on_restart)
        window.draw.ink_changed.connect(self._on_ink_changed)
        window.draw.example_requested.connect(self._on_example_requested)
        window.draw.example_numbered.connect(self.show_example)
        window.draw.through_network_toggled.connect(self._show_network)
        window.status.show_hint("Reading the pictures …")
        trainer.start(settings)

    @property
    def snapshot(self) -> Snapshot | None:
        """The one on screen."""
        return self._snapshot

    @Slot()
    def reset(self) -> None:
        """Begin again with the same starting weights."""
        self._trainer.start(self._settings)

    @Slot()
    def new_seed(self) -> None:
        """Begin again with other random weights."""
        self._restart(replace(self._settings, seed=(self._settings.seed + 1) % (MAX_SEED + 1)))

    @Slot()
    def test(self) -> None:
        """Evaluate the test set."""
        self._trainer.test()

    @Slot(int)
    def show_example(self, number: int) -> None:
        """Put a test picture, by its number from 0, on the pad."""
        if self._data is None:
            return
        picture = self._data.test.x[number].reshape(SIDE_PX, SIDE_PX)
        self._window.draw.set_ink(from_mnist(picture, INK_PX))
        label = self._data.test.y[number]
        self._window.draw.show_example_caption(
            f"test picture {number:,}, a\N{NO-BREAK SPACE}{label}"
        )

    def _restart(self, settings: Settings) -> None:
        self._settings = settings
        self._window.settings.show_settings(settings)
        self._trainer.start(settings)

    @Slot(object)
    def _on_loaded(self, data: Mnist) -> None:
        self._data = data

    @Slot(object)
    def _on_published(self, snapshot: Snapshot) -> None:
        # A snapshot of an experiment that has been replaced may still be on its way.
        if self._snapshot is None or snapshot.run >= self._snapshot.run:
            if self._snapshot is None or snapshot.run > self._snapshot.run:
                self._begin_run(snapshot)
            self._snapshot = snapshot
            assert self._network is not None
            self._network = self._network.over(snapshot.params)
            self._show_course(snapshot)
            self._read_drawing()
            self._show_network()
        # Timers come after painting: by then it is on screen. Not if the trainer is gone by then.
        QTimer.singleShot(0, self._trainer, self._trainer.acknowledge)

    def _begin_run(self, snapshot: Snapshot) -> None:
        settings, sizes = snapshot.settings, snapshot.sizes
        self._network = Network(
            sizes, hidden=settings.activation, output=settings.output, loss=settings.loss
        )
        hidden = HIDDEN_ACTIVATIONS[settings.activation].label
        output = OUTPUT_ACTIVATIONS[settings.output].label
        captions = [
            f"{sizes[0]} pixels",
            *(f"{n:,} {hidden}" for n in sizes[1:-1]),
            f"{sizes[-1]} {output}",
        ]
        percent = self._network.output is SOFTMAX
        self._window.network.view.set_network(sizes, captions, CLASSES, percent)
        self._window.controls.set_ready(True)
        self._window.loss.clear()
        self._rate = Rate()
        self._validation = self._test = None
        self._show_summary()
        self._window.status.show_hint(HINT_START)

    def _show_course(self, snapshot: Snapshot) -> None:
        course = snapshot.course
        self._window.loss.append(course.losses)
        for batch, result in course.validations:
            self._window.loss.add_validation(batch, result.loss, result.accuracy)
            self._validation = (result.accuracy, batch)
        for batch in course.epoch_ends:
            self._window.loss.mark_epoch(batch)
        for batch, result in course.tests:
            self._test = (result.accuracy, batch)
            self._window.status.show_hint(
                f"After {batch:,} batches {100 * result.accuracy:.2f} % of the test pictures are "
                f"read, at a loss of {result.loss:.4f}."
            )
        self._window.status.show_progress(
            Progress(
                epoch=snapshot.epoch,
                batch=snapshot.batch,
                batch_in_epoch=snapshot.batch_in_epoch,
                batches_in_epoch=snapshot.batches_in_epoch,
                batches_per_s=self._rate.add(snapshot.elapsed_s, snapshot.batch),
                elapsed_s=snapshot.elapsed_s,
                validation=self._validation,
                test=self._test,
            )
        )
        self._window.settings.show_batch(snapshot.batch)

    @Slot()
    def _show_network(self) -> None:
        snapshot, network = self._snapshot, self._network
        if snapshot is None or network is None:
            return
        trace: Trace | None = None
        label: int | None = None
        caption = "no picture yet"
        if self._window.draw.through_network.isChecked():
            trace = self._answer
            caption = "your drawing" if trace is not None else "draw a digit"
        elif snapshot.example is not None:
            trace, label = snapshot.example.trace, snapshot.example.label
            caption = f"first picture of the batch, a {CLASSES[label]}"
        gradient = None if snapshot.gradient is None else network.split(snapshot.gradient)
        state = NetworkState(network.split(snapshot.params), gradient, trace)
        self._window.network.view.show_state(state, label, caption)

    def _read_drawing(self) -> None:
        """Send the drawing through the network on screen and show what it answers."""
        self._answer = None
        if self._drawing is not None and self._network is not None:
            # Overflow in a network that has diverged was told already.
            with np.errstate(all="ignore"):
                self._answer = trace_input(self._network, as_input(self._drawing.ravel()))
        untrained = self._snapshot is not None and self._snapshot.batch == 0
        self._window.draw.show_prediction(
            None if self._answer is None else self._answer.a[-1],
            UNTRAINED if untrained else "",
            percent=self._network is None or self._network.output is SOFTMAX,
        )

    @Slot()
    def _on_ink_changed(self) -> None:
        ink = self._window.draw.ink()
        self._drawing = to_mnist(ink) if ink.any() else None
        self._window.draw.show_seen(self._drawing)
        self._read_drawing()
        if self._window.draw.through_network.isChecked():
            self._show_network()

    @Slot(object)
    def _on_example_requested(self, digit: int | None) -> None:
        if self._data is not None:
            labels = self._data.test.y
            numbers = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
            self.show_example(int(self._examples.choice(numbers)))

    @Slot(float)
    def _on_speed_changed(self, batches_per_s: float) -> None:
        self._rate = Rate()
        self._trainer.set_speed(batches_per_s)

    @Slot(object)
    def _on_live_settings(self, settings: Settings) -> None:
        self._settings = settings
        self._show_summary()
        self._trainer.apply(settings)

    @Slot(object)
    def _on_restart(self, settings: Settings) -> None:
        self._window.toggle_settings()
        self._restart(settings)

    def _show_summary(self) -> None:
        if self._network is not None:
            self._window.controls.show_summary(summary(self._network.sizes, self._settings))

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        self._window.controls.set_playing(playing)
        self._window.network.view.set_fine(not playing)
        self._window.status.show_hint(HINT_PLAYING if playing else HINT_PAUSED)

    @Slot(str)
    def _on_diverged(self, message: str) -> None:
        self._tell("Training paused", Failure(message))

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._tell("Something went wrong", failure)

    def _tell(self, title: str, failure: Failure) -> None:
        self._window.status.show_hint(failure.message, trouble=True)
        if self._window.isVisible():
            show_trouble(self._window, title, failure)
        self.troubled.emit(failure.message)
