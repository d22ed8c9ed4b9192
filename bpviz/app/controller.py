"""Joins the trainer and the views: passes wishes one way and snapshots the other."""

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from bpviz.app.drawing import Drawing
from bpviz.app.inspection import Inspection
from bpviz.app.rate import Rate
from bpviz.app.showing import batch_view, captions, outcome, picture_caption, rule
from bpviz.app.trouble import show_trouble
from bpviz.app.turns import Turns
from bpviz.app.window import Window
from bpviz.data import Mnist
from bpviz.engine import SOFTMAX, Network
from bpviz.session.history import Course
from bpviz.session.settings import MAX_SEED, Settings
from bpviz.session.snapshot import Snapshot
from bpviz.session.worked_examples import WORKED_EXAMPLES, WorkedExample
from bpviz.trainer.failure import Failure
from bpviz.trainer.trainer import Trainer
from bpviz.views.batch_view import BatchView
from bpviz.views.network_state import LayerState, NetworkState, network_state
from bpviz.views.settings_panel import summary
from bpviz.views.status_bar import Progress

HINT_START = "Press → to walk through the first batch, or Space to train."
HINT_PLAYING = "The network shows the newest batch at each frame. Space pauses."
HINT_PAUSED = "→ goes on stage by stage. Click a weight to take it apart."
HINT_WALKING = "→ goes on. Click a neuron or a weight to see where it comes from."
HINT_EXAMPLE = "Press → and compare with the textbook. Any weight can be typed."


class Controller(QObject):
    """
    Hands wishes to the trainer and what it publishes to the views.

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
        self._example: WorkedExample | None = None
        self._snapshot: Snapshot | None = None
        self._network: Network | None = None
        self._rate = Rate()
        self._batches_per_s: float | None = None
        self._courses: list[Course] = []  # what has not been shown yet
        self._validation: tuple[float, int] | None = None
        self._test: tuple[float, int] | None = None
        self._playing = self._slowed = False
        self._drawing = Drawing(window.draw, trainer, self)
        self._inspection = Inspection(window, trainer)
        self._turns = Turns(
            [self._show_courses],
            [self._show_stages, self._show_strip, self._inspection.show, self._show_progress],
        )

        worker = trainer.worker
        worker.loaded.connect(self._on_loaded)
        worker.published.connect(self._on_published)
        worker.playing_changed.connect(self._on_playing_changed)
        worker.diverged.connect(self._on_diverged)
        worker.failed.connect(self._on_failed)

        window.closing.connect(trainer.close)
        controls = window.controls
        controls.play.clicked.connect(trainer.toggle)
        controls.next_stage.clicked.connect(trainer.next_stage)
        controls.next_batch.clicked.connect(trainer.next_batch)
        controls.next_epoch.clicked.connect(trainer.play_epoch)
        controls.reset.clicked.connect(self.reset)
        controls.new_seed.clicked.connect(self.new_seed)
        controls.pace_changed.connect(self._on_pace_changed)
        window.settings.live_settings_changed.connect(self._on_live_settings)
        window.settings.restart_requested.connect(self._on_restart)
        window.draw.through_network_toggled.connect(self._show_network)
        window.example.reset_requested.connect(self.reset)
        window.example.back_requested.connect(self.go_back)
        self._drawing.read.connect(self._on_drawing_read)
        window.status.show_hint("Reading the pictures …")

    @property
    def snapshot(self) -> Snapshot | None:
        """The one on screen."""
        return self._snapshot

    @property
    def inspection(self) -> Inspection:
        """What is looked at."""
        return self._inspection

    @Slot()
    def reset(self) -> None:
        """Begin again with the same starting weights."""
        if self._example is not None:
            self.open_example(self._example)
        else:
            self._trainer.start(self._settings)

    @Slot()
    def new_seed(self) -> None:
        """Begin again with other random weights."""
        if self._example is None:
            seed = (self._settings.seed + 1) % (MAX_SEED + 1)
            self._restart(replace(self._settings, seed=seed))

    @Slot()
    def test(self) -> None:
        """Evaluate the test set."""
        self._trainer.test()

    @Slot(int)
    def show_example(self, number: int) -> None:
        """Put a test picture, by its number from 0, on the pad."""
        self._drawing.show_example(number)

    def open_example(self, example: WorkedExample) -> None:
        """Begin a worked example; the digits wait where they are."""
        self._example = example
        self._trainer.start(example.settings, example.task)

    @Slot()
    def go_back(self) -> None:
        """Leave the worked example and go on with the digits."""
        if self._example is not None:
            self._example = None
            self._trainer.go_back()

    def _restart(self, settings: Settings) -> None:
        self._settings = settings
        self._window.settings.show_settings(settings)
        self._trainer.start(settings)

    @Slot(object)
    def _on_loaded(self, data: Mnist) -> None:
        self._drawing.set_data(data)

    @Slot(object)
    def _on_published(self, snapshot: Snapshot) -> None:
        # A snapshot of an experiment that has been replaced may still be on its way.
        if self._snapshot is None or snapshot.run >= self._snapshot.run:
            if self._snapshot is None or snapshot.run > self._snapshot.run:
                self._begin_run(snapshot)
            before, self._snapshot = self._snapshot, snapshot
            self._show(snapshot)
            if not self._playing and snapshot.walking:
                self._window.status.show_hint(HINT_WALKING)
            elif not self._playing and before is not None and snapshot.batch > before.batch:
                self._window.status.show_hint(HINT_PAUSED)
        # Timers come after painting: by then it is on screen. Not if the trainer is gone by then.
        QTimer.singleShot(0, self._trainer, self._trainer.acknowledge)

    def _begin_run(self, snapshot: Snapshot) -> None:
        window, settings, task = self._window, snapshot.settings, snapshot.task
        before = self._snapshot
        if before is not None:
            self._show_courses(before, None)  # what has not had its turn
            if before.task.inputs is None and task.inputs is not None:
                window.loss.put_aside()
        self._network = Network(
            snapshot.sizes, hidden=settings.activation, output=settings.output, loss=settings.loss
        )
        percent = self._network.output is SOFTMAX
        window.network.view.set_network(
            snapshot.sizes, captions(snapshot), task.classes, percent, task.inputs
        )
        self._inspection.begin(snapshot, self._network)
        # Not the one asked for last, which may still be on its way.
        example = next((each for each in WORKED_EXAMPLES if each.task is task), None)
        window.show_worked_example(example is not None)
        if example is not None:
            window.example.show_example(
                example.title,
                example.text,
                example.source,
                task,
                example.hidden_names,
                example.parameter_names,
            )
        window.controls.set_ready(True)
        for button in (window.controls.new_seed, window.controls.settings):
            button.setEnabled(example is None)
        if example is not None and window.settings.isVisible():
            window.toggle_settings()
        window.loss.clear(validates=task.validation is not None)
        if snapshot.batch > 0:  # the digits again: a new run is shown before its first batch
            window.loss.take_back()
        self._rate = Rate()
        self._validation = self._test = None
        if example is None:
            # What applies at once may have been changed since this run was asked for.
            settings = self._settings
        window.controls.show_summary(summary(snapshot.sizes, settings))
        window.status.show_hint(HINT_START if example is None else HINT_EXAMPLE)

    @np.errstate(all="ignore")  # overflow in a network that has diverged was told already
    def _show(self, snapshot: Snapshot) -> None:
        assert self._network is not None
        window, view = self._window, batch_view(snapshot)
        self._network = self._network.over(snapshot.params)
        self._courses.append(snapshot.course)
        self._batches_per_s = self._rate.add(snapshot.elapsed_s, snapshot.batch)
        if snapshot.task.inputs is None:
            self._drawing.show(snapshot, self._network)
        else:
            known = None if snapshot.glance is None else snapshot.glance.outcome
            step = None if known is None else known.step
            window.example.show_batch(view, snapshot.params, step)
        self._show_network()
        for show in self._turns.take(hurried=self._playing and not self._slowed):
            show(snapshot, view)

    def _show_stages(self, snapshot: Snapshot, view: BatchView | None) -> None:
        self._window.ribbon.show_stages(view, outcome(snapshot), snapshot.walking, rule(snapshot))

    def _show_strip(self, snapshot: Snapshot, view: BatchView | None) -> None:
        self._window.strip.show_batch(view)

    def _show_courses(self, snapshot: Snapshot, view: BatchView | None) -> None:
        courses, self._courses = self._courses, []
        for course in courses:
            self._show_course(course, snapshot.batches_in_epoch)
        self._window.settings.show_batch(snapshot.batch)

    def _show_course(self, course: Course, batches_in_epoch: int) -> None:
        self._window.loss.append(course.losses, course.first_batch)
        for batch, result in course.validations:
            self._window.loss.add_validation(batch, result.loss, result.accuracy)
            self._validation = (result.accuracy, batch)
        if batches_in_epoch > 1:  # or else each batch is an epoch
            self._window.loss.mark_epochs(course.epoch_ends)
        for batch, result in course.tests:
            self._test = (result.accuracy, batch)
            self._window.status.show_hint(
                f"After {batch:,} batches {100 * result.accuracy:.2f} % of the test pictures are "
                f"read, at a loss of {result.loss:.4f}."
            )

    def _show_progress(self, snapshot: Snapshot, view: BatchView | None) -> None:
        self._window.status.show_progress(
            Progress(
                epoch=snapshot.epoch,
                batch=snapshot.batch,
                batch_in_epoch=snapshot.batch_in_epoch,
                batches_in_epoch=snapshot.batches_in_epoch,
                batches_per_s=self._batches_per_s,
                elapsed_s=snapshot.elapsed_s,
                validation=self._validation,
                test=self._test,
            )
        )

    @Slot()
    def _show_network(self) -> None:
        snapshot, network = self._snapshot, self._network
        if snapshot is None or network is None:
            return
        view, glance = batch_view(snapshot), snapshot.glance
        state = network_state(
            network.split(snapshot.params),
            view,
            () if glance is None else glance.gradients,
            () if glance is None else glance.agreements,
            snapshot.walking,
        )
        label, caption = _label(view), picture_caption(view)
        is_digits = snapshot.task.inputs is None
        if is_digits and self._window.draw.through_network.isChecked():
            state, label = self._with_drawing(state), None
            caption = "draw a digit" if state.x is None else "your drawing"
        self._window.network.view.show_state(state, label, caption)

    def _with_drawing(self, state: NetworkState) -> NetworkState:
        """Show what the drawing does to the neurons, on the weights' colours of the batch."""
        records = self._drawing.records
        layers = []
        for index, layer in enumerate(state.layers):
            forward = None if records is None else records.forward(index)
            z, a = (None, None) if forward is None else (forward.z[0], forward.a[0])
            layers.append(LayerState(z, a, None, *layer[3:]))
        x = None if records is None else records.x[0]
        return replace(state, used=state.parameters, x=x, layers=layers)

    @Slot()
    def _on_drawing_read(self) -> None:
        if self._window.draw.through_network.isChecked():
            self._show_network()

    @Slot(float, bool)
    def _on_pace_changed(self, per_s: float, by_stages: bool) -> None:
        self._rate = Rate()
        self._slowed = math.isfinite(per_s)
        self._trainer.set_pace(per_s, by_stages)

    @Slot(object)
    def _on_live_settings(self, settings: Settings) -> None:
        self._settings = settings
        if self._network is not None:
            self._window.controls.show_summary(summary(self._network.sizes, settings))
        self._trainer.apply(settings)

    @Slot(object)
    def _on_restart(self, settings: Settings) -> None:
        self._window.toggle_settings()
        self._restart(settings)

    @Slot(bool)
    def _on_playing_changed(self, playing: bool) -> None:
        self._playing = playing
        self._window.controls.set_playing(playing)
        self._inspection.set_playing(playing)
        if not playing and self._snapshot is not None:
            # What was waiting for its turn.
            for show in self._turns.take(hurried=False):
                show(self._snapshot, batch_view(self._snapshot))
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


def _label(view: BatchView | None) -> int | None:
    """Return the right output for what is looked at, if it is the same for all of it."""
    if view is None or view.labels is None:
        return None
    if view.sample is not None:
        return int(view.labels[view.sample])
    return view.label
