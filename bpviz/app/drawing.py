"""The pad: the answer to a drawing, what the drawing should be like, and lessons."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from bpviz.data import Mnist, as_input, from_mnist, one_hot, to_mnist
from bpviz.data.ink import SIDE_PX
from bpviz.engine import SOFTMAX, Network, Records, blame_input, read
from bpviz.session.snapshot import Snapshot
from bpviz.trainer.trainer import Trainer
from bpviz.views.draw_panel import DrawPanel
from bpviz.views.ink_history import INK_PX

UNTRAINED = "Untrained: its weights are random, and so are its guesses."
OTHER_LESSON = "The lesson goes on with what was drawn."


class Drawing(QObject):
    """
    Reads what is drawn with the network on screen, here in the GUI thread, to follow the pen.

    Parameters
    ----------
    panel
        The pad and what stands below it.
    trainer
        Learns the drawing.

    Attributes
    ----------
    records
        The drawing's way through the network; None without ink.

    Signals
    -------
    read
        The user changed what is read, so that there is another answer, or none any more.
    """

    read = Signal()

    def __init__(self, panel: DrawPanel, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self.records: Records | None = None
        self._panel = panel
        self._trainer = trainer
        self._x: NDArray[np.float32] | None = None
        self._network: Network | None = None
        self._untrained = True
        self._lesson_x: NDArray[np.floating] | None = None  # what is walked through, if it is
        self._data: Mnist | None = None
        self._examples = np.random.default_rng()
        panel.ink_changed.connect(self._on_ink_changed)
        panel.example_requested.connect(self._on_example_requested)
        panel.example_numbered.connect(self.show_example)
        teach = panel.teach
        teach.label_changed.connect(self._on_label_changed)
        teach.walk_requested.connect(self._on_walk_requested)
        teach.learn_requested.connect(self._on_learn_requested)
        teach.undo_requested.connect(trainer.undo_lesson)

    def set_data(self, data: Mnist) -> None:
        """Take examples from here."""
        self._data = data

    @Slot(int)
    def show_example(self, number: int) -> None:
        """Put a test picture, by its number from 0, on the pad."""
        if self._data is None:
            return
        label = int(self._data.test.y[number])
        # Before the ink, which has it all read.
        self._panel.teach.set_label(label)
        picture = self._data.test.x[number].reshape(SIDE_PX, SIDE_PX)
        self._panel.set_ink(from_mnist(picture, INK_PX))
        self._panel.show_example_caption(f"test picture {number:,}, a\N{NO-BREAK SPACE}{label}")

    def show(self, snapshot: Snapshot, network: Network) -> None:
        """Read the drawing with another network, that of a snapshot of the digits."""
        self._network = network
        self._untrained = snapshot.batch == 0 and snapshot.lesson is None
        glance, self._lesson_x = snapshot.glance, None
        if glance is not None and glance.drawn and not glance.left_out:
            self._lesson_x = glance.records.x[0] if glance.records.update is None else None
        self._read()
        teach, lesson = self._panel.teach, snapshot.lesson
        teach.set_can_undo(snapshot.can_undo)
        if lesson is None:
            teach.show_lesson("", None, None, True)
        else:
            before, after = float(lesson.before[lesson.label]), float(lesson.after[lesson.label])
            name = snapshot.task.classes[lesson.label]
            teach.show_lesson(name, before, after, network.output is SOFTMAX)

    def _read(self) -> None:
        self.records, wish = None, None
        label = self._panel.teach.label
        if self._x is not None and self._network is not None:
            # Overflow in a network that has diverged was told already.
            with np.errstate(all="ignore"):
                self.records = read(self._network, self._x)
                if label is not None:
                    wish = -blame_input(self.records, one_hot(np.array([label], np.uint8)))[0]
        records = self.records
        self._panel.show_prediction(
            None if records is None else records.forwards[-1].a[0],
            UNTRAINED if self._untrained and self._network is not None else "",
            percent=self._network is None or self._network.output is SOFTMAX,
        )
        self._panel.teach.show_wish(wish)
        # A lesson has begun with a copy: whatever becomes of the pad, it can be ended and undone.
        x, lesson_x = self._x, self._lesson_x
        is_other = lesson_x is not None and (x is None or not np.array_equal(x, lesson_x))
        self._panel.teach.set_note(OTHER_LESSON if is_other else "")

    @Slot()
    def _on_ink_changed(self) -> None:
        ink = self._panel.ink()
        drawing = to_mnist(ink) if ink.any() else None
        self._x = None if drawing is None else as_input(drawing.ravel())
        self._panel.show_seen(drawing)
        self._panel.teach.set_has_ink(drawing is not None)
        if drawing is None:
            self._panel.teach.set_label(None)
        self._read()
        self.read.emit()

    @Slot(object)
    def _on_label_changed(self, label: int | None) -> None:
        self._read()
        self.read.emit()

    @Slot(object)
    def _on_example_requested(self, digit: int | None) -> None:
        if self._data is not None:
            labels = self._data.test.y
            numbers = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
            self.show_example(int(self._examples.choice(numbers)))

    @Slot()
    def _on_walk_requested(self) -> None:
        if self._x is not None and (label := self._panel.teach.label) is not None:
            self._trainer.begin_lesson(self._x, label)

    @Slot()
    def _on_learn_requested(self) -> None:
        if self._x is not None and (label := self._panel.teach.label) is not None:
            self._trainer.learn(self._x, label)
