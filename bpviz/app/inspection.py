"""What is looked at: a part of the network, samples of the batch, and the tools for a parameter."""

from PySide6.QtCore import QObject, Slot

from bpviz.app.window import Window
from bpviz.engine import LayerArrays, Network, Stage, flat_index, locate
from bpviz.session.look import Look
from bpviz.session.questions import Checked, Curve, Progress, Scope
from bpviz.session.snapshot import Snapshot
from bpviz.trainer.trainer import Trainer
from bpviz.views.batch_view import BatchView
from bpviz.views.geometry import Edge, Neuron, Part
from bpviz.views.nudge_curve import LossCurve
from bpviz.views.part_names import part_title


class Inspection(QObject):
    """
    Keeps network view, inspector, strip and filter at one, and asks the trainer what they want.

    Parameters
    ----------
    window
        Whose views are driven.
    trainer
        Answers what takes its time.
    """

    def __init__(self, window: Window, trainer: Trainer) -> None:
        super().__init__(window)
        self._window = window
        self._trainer = trainer
        self._look = Look()
        self._snapshot: Snapshot | None = None
        self._network: Network | None = None
        self._playing = False
        self._asked: tuple[int, Stage | None] | None = None

        window.network.view.part_chosen.connect(self.inspect)
        window.network.quantity.chosen.connect(self._on_quantity)
        window.network.label_chosen.connect(self._on_label_chosen)
        window.strip.sample_chosen.connect(self._on_sample_chosen)
        window.inspector.part_requested.connect(self.inspect)
        window.inspector.sample_requested.connect(self._on_sample_chosen)
        window.example.parameter_requested.connect(self._on_parameter_requested)
        window.example.value_typed.connect(trainer.set_parameter)
        nudge, check = window.nudge, window.check
        nudge.nudged.connect(self._on_nudged)
        nudge.released.connect(trainer.release)
        nudge.kept.connect(self._on_kept)
        check.check_requested.connect(self._on_check_requested)
        check.stop_requested.connect(trainer.stop_check)
        answers = trainer.worker.answers
        answers.curve_drawn.connect(self._on_curve_drawn)
        answers.check_progressed.connect(self._on_check_progressed)
        answers.checked.connect(self._on_checked)

    @property
    def parameter(self) -> int | None:
        """The parameter that the tools act on, an index into the flat array."""
        place = self._window.inspector.parameter
        if place is None or self._network is None:
            return None
        return flat_index(self._network, *place)

    def begin(self, snapshot: Snapshot, network: Network) -> None:
        """Take up another run, of which nothing is looked at yet."""
        # The network's view and the inspector have let go of their parts: they were told of it.
        self._network = network
        task = snapshot.task
        is_picture = task.inputs is None
        self._window.inspector.set_network(snapshot.sizes, task.classes, is_picture)
        self._window.network.set_classes(task.classes if is_picture else None)
        self._look = Look(agreement=self._look.agreement)
        self._asked = None
        self._drop_checks()
        self._ask_to_look()

    def show(self, snapshot: Snapshot, view: BatchView | None) -> None:
        """Show the numbers of another snapshot."""
        self._snapshot = snapshot
        assert self._network is not None
        parameters: list[LayerArrays] = self._network.split(snapshot.params)
        self._window.inspector.show_batch(view, parameters)
        self._show_tools()

    def set_playing(self, playing: bool) -> None:
        """Take note whether training goes on by itself: there is no nudging meanwhile."""
        self._playing = playing
        self._asked = None
        self._show_tools()

    @Slot(object)
    def inspect(self, part: Part | None) -> None:
        """Inspect a part of the network, or none."""
        window = self._window
        if part == window.inspector.part == window.network.view.chosen:
            return
        window.inspector.inspect(part)
        window.network.view.choose(part)
        index = self.parameter
        if self._snapshot is not None and self._snapshot.task.inputs is not None:
            window.example.select(index)
        self._set_look(self._look._replace(parameter=index))
        self._show_tools()

    def _set_look(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self._ask_to_look()

    def _ask_to_look(self) -> None:
        self._window.network.show_filter(self._look.label)
        self._trainer.look_at(self._look)

    @Slot(str)
    def _on_quantity(self, quantity: str) -> None:
        self._set_look(self._look._replace(agreement=quantity == "agreement"))

    @Slot(object)
    def _on_label_chosen(self, label: int | None) -> None:
        self._set_look(self._look._replace(label=label, sample=None))

    @Slot()
    def next_label(self) -> None:
        """Look at the samples of the next class, or of all after the last."""
        if self._snapshot is not None and self._snapshot.task.inputs is None:
            label = 0 if self._look.label is None else self._look.label + 1
            last = len(self._snapshot.task.classes) - 1
            self._on_label_chosen(label if label <= last else None)

    @Slot(object)
    def _on_sample_chosen(self, sample: int | None) -> None:
        self._set_look(self._look._replace(label=None, sample=sample))

    @Slot(int)
    def _on_parameter_requested(self, index: int) -> None:
        if self._network is not None:
            layer, start, end = locate(self._network, index)
            self.inspect(Neuron(layer + 1, end) if start is None else Edge(layer, start, end))

    # -- the tools ----------------------------------------------------------------------------

    def _show_tools(self) -> None:
        window, snapshot, index = self._window, self._snapshot, self.parameter
        part = window.inspector.part
        if snapshot is None or index is None or part is None or self._network is None:
            return
        title = part_title(part, snapshot.sizes, snapshot.task.classes)
        name = f"w, {title.split(' · ')[-1]}" if isinstance(part, Edge) else f"b, {title}"
        window.nudge.show_parameter(name, float(snapshot.params[index]))
        window.check.show_parameter(name)
        glance = snapshot.glance
        note = ""
        if self._playing:
            note = "Pause to {}."
        elif glance is None:
            note = "No batch yet: press → to begin one, then {}."
        window.nudge.set_note(note.format("nudge"))
        window.check.set_note(note.format("check"))
        is_fixed = isinstance(part, Neuron) and not snapshot.task.train_biases
        left_out = glance is not None and glance.left_out
        window.update_card.set_note(
            "This example leaves its biases alone."
            if is_fixed
            else "Left out: something is not finite any more."
            if left_out
            else ""
        )
        if glance is not None:
            terms, records = glance.terms, glance.records
            if glance.look.parameter != index:
                terms = ()  # those of the part looked at before
            old = float(records.network.params[index])
            new = old + terms[-1].value if terms else old
            done = records.update is not None
            window.update_card.show_terms(terms, done, old, new, snapshot.task.digits)
        else:
            window.update_card.show_terms(None, False, 0, 0)
        self._ask_for_curve(index)

    def _ask_for_curve(self, index: int) -> None:
        glance = None if self._snapshot is None else self._snapshot.glance
        if self._playing or glance is None:
            if self._asked is not None or self._playing:
                self._window.nudge.show_curve(None)
                self._drop_checks()
            self._asked = None
            return
        last, asked = glance.records.last, self._asked
        is_same_stage = asked is not None and asked[1] is last
        is_same_parameter = asked is not None and asked[0] == index
        if not is_same_parameter:
            self._window.nudge.show_curve(None)
        if not is_same_stage:
            self._drop_checks()
        if not (is_same_stage and is_same_parameter):
            self._asked = index, last
            self._trainer.draw_curve(index)

    def _drop_checks(self) -> None:
        """Take back what was said of another batch or stage."""
        self._window.check.show_sweep(None)
        self._window.check.show_check(None)

    @Slot(object)
    def _on_curve_drawn(self, curve: Curve | None) -> None:
        if curve is None:
            self._asked = None  # it is asked for again with the next snapshot
        if self._playing or (curve is not None and curve.index != self.parameter):
            return
        shown = None
        if curve is not None and self._snapshot is not None:
            shown = LossCurve(
                center=curve.center,
                values=curve.values,
                losses=curve.losses,
                loss=curve.loss,
                slope=curve.slope,
                step=curve.step,
                digits=self._snapshot.task.digits,
                is_after=curve.is_after,
            )
        self._window.nudge.show_curve(shown)

    @Slot(float)
    def _on_nudged(self, value: float) -> None:
        if (index := self.parameter) is not None:
            self._trainer.nudge(index, value)

    @Slot(float)
    def _on_kept(self, value: float) -> None:
        if (index := self.parameter) is not None:
            self._trainer.set_parameter(index, value)

    @Slot(str, float)
    def _on_check_requested(self, scope: Scope, epsilon: float) -> None:
        if (index := self.parameter) is not None:
            self._trainer.check(scope, index, epsilon)

    @Slot(object)
    def _on_check_progressed(self, progress: Progress) -> None:
        self._window.check.show_progress(progress.done, progress.total)

    @Slot(object)
    def _on_checked(self, checked: Checked | None) -> None:
        if checked is None:
            return
        check = self._window.check
        # The answer to a question about another parameter may still have been on its way.
        if checked.scope == "network":
            check.show_check(checked.check, checked.in_scope, checked.scope)
        elif checked.index == self.parameter and checked.scope == "weight":
            check.show_sweep(checked.check)
        elif checked.index == self.parameter:
            check.show_check(checked.check, checked.in_scope, checked.scope)
