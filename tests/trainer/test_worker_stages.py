"""What the worker does for a batch that is taken apart, without its thread."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject

from bpviz.data import Mnist, digits
from bpviz.engine import Backward, Loss
from bpviz.session.look import Look
from bpviz.session.questions import Checked, Curve, Progress
from bpviz.session.session import Session
from bpviz.session.settings import Settings
from bpviz.session.snapshot import Snapshot
from bpviz.session.worked_examples import XOR
from bpviz.trainer.worker import Worker

STAGES = 8
WEIGHT = 784 * 16 + 16 + 5


class Notes(QObject):
    """Keeps what a worker says."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.snapshots: list[Snapshot] = []
        self.curves: list[Curve | None] = []
        self.progress: list[Progress] = []
        self.checked: list[Checked | None] = []
        worker.published.connect(self.snapshots.append)
        worker.answers.curve_drawn.connect(self.curves.append)
        worker.answers.check_progressed.connect(self.progress.append)
        worker.answers.checked.connect(self.checked.append)

    @property
    def last(self) -> Snapshot:
        return self.snapshots[-1]


@pytest.fixture
def worker(qapp: QObject, small_mnist: Mnist) -> Iterator[Worker]:
    worker = Worker(lambda: small_mnist)
    yield worker
    worker.halt()


@pytest.fixture
def notes(worker: Worker) -> Notes:
    notes = Notes(worker)
    worker.start(1, Settings(activation="tanh"), None)
    work_off(worker)
    return notes


def work_off(worker: Worker) -> None:
    """Work until there is nothing more to do."""
    session = worker._session
    assert session is not None
    while worker.work(session, 0.001):
        pass


def test_that_each_stage_is_published(worker: Worker, notes: Notes) -> None:
    before = len(notes.snapshots)
    for _ in range(STAGES):
        worker.next_stage()
    seen = notes.snapshots[before:]
    assert [s.batch for s in seen] == [0] * (STAGES - 1) + [1]
    assert all(s.walking for s in seen)
    assert isinstance(seen[3].glance and seen[3].glance.records.last, Loss)


def test_that_a_pace_in_stages_walks_them_and_pauses_anywhere(worker: Worker, notes: Notes) -> None:
    worker.set_pace(10, True)
    before = len(notes.snapshots)
    worker.play()
    while len(notes.snapshots) < before + 6:
        worker._tick()  # as the timer does
    worker.pause()
    walked = notes.snapshots[before:]
    lengths = [len(s.glance.records.forwards) for s in walked if s.glance is not None]
    assert lengths[:3] == [1, 2, 3]
    glance = notes.last.glance
    assert glance is not None
    assert isinstance(glance.records.last, Loss | Backward)
    # It goes on from there.
    worker.next_batch()
    assert notes.last.batch == 1


def test_that_the_digits_wait_while_an_example_is_worked_on(
    worker: Worker, notes: Notes, small_mnist: Mnist
) -> None:
    worker.next_batch()
    worker.next_stage()
    worker.start(2, XOR.settings, XOR.task)
    assert (notes.last.run, notes.last.sizes, notes.last.batch) == (2, (2, 2, 1), 0)
    worker.next_batch()
    worker.start(3, XOR.settings, XOR.task)  # once more, from its start
    assert notes.last.batch == 0
    worker.go_back(4)
    back = notes.last
    assert (back.run, back.batch, len(back.course.losses)) == (4, 1, 1)
    assert back.glance is not None
    assert len(back.glance.records.forwards) == 1
    worker.next_batch()

    session = Session(Settings(activation="tanh"), digits(small_mnist))
    session.next_batch()
    session.next_batch()
    assert notes.last.params.tobytes() == session.network.params.tobytes()
    worker.go_back(5)  # there is nowhere to go back to
    assert notes.last.run == 4


def test_that_a_look_is_shown_at_once_and_nudges_are_put_back(worker: Worker, notes: Notes) -> None:
    worker.next_batch()
    worker.look_at(Look(sample=3))
    assert notes.last.glance is not None
    assert notes.last.glance.sample == 3
    before = notes.last.params.tobytes()
    worker.nudge(WEIGHT, 0.75)
    assert notes.last.params[WEIGHT] == np.float32(0.75)
    worker.release()
    assert notes.last.params.tobytes() == before
    worker.set_parameter(WEIGHT, 0.75)
    assert notes.last.params[WEIGHT] == np.float32(0.75)


def test_that_nothing_is_nudged_while_it_plays(worker: Worker, notes: Notes) -> None:
    worker.play()
    before = worker._session.network.params.tobytes()  # type: ignore[union-attr]
    worker.nudge(WEIGHT, 0.75)
    worker.draw_curve(WEIGHT)
    worker.check("layer", WEIGHT, 1e-5)
    assert worker._session.network.params.tobytes() == before  # type: ignore[union-attr]
    assert not worker.answers


def test_that_lessons_are_taught_and_undone(worker: Worker, notes: Notes) -> None:
    worker.next_batch()
    before = notes.last.params.tobytes()
    drawing = np.random.default_rng(0).random(784, np.float32)
    worker.begin_lesson(drawing, 3)
    assert notes.last.glance is not None
    assert notes.last.glance.drawn
    worker.learn(drawing, 3)
    assert notes.last.lesson is not None
    assert notes.last.params.tobytes() != before
    worker.undo_lesson()
    assert notes.last.params.tobytes() == before


def test_that_what_was_meant_for_the_digits_does_not_reach_an_example(
    worker: Worker, notes: Notes
) -> None:
    worker.start(2, XOR.settings, XOR.task)
    before = notes.last
    worker.learn(np.ones(784, np.float32), 7)
    worker.begin_lesson(np.ones(784, np.float32), 7)
    worker.set_parameter(13000, 0.5)
    worker.nudge(13000, 0.5)
    assert notes.last is before


def test_that_questions_are_answered_between_slices(worker: Worker, notes: Notes) -> None:
    worker.next_batch()
    worker.draw_curve(WEIGHT)
    worker.check("network", WEIGHT, 1e-5)
    assert not notes.curves
    work_off(worker)
    assert notes.curves[-1] is not None
    assert notes.checked[-1] is not None
    assert notes.checked[-1].check.worst < 1e-6
    assert all(p.total == 13002 for p in notes.progress)
    assert not worker.answers


def test_that_training_on_gives_up_questions_and_says_so(worker: Worker, notes: Notes) -> None:
    worker.next_batch()
    for go_on in (worker.next_stage, worker.play):
        worker.draw_curve(WEIGHT)
        worker.check("network", WEIGHT, 1e-5)
        go_on()
        assert notes.curves.pop() is None
        assert notes.checked.pop() is None
        assert not worker.answers
    worker.pause()
    worker.check("network", WEIGHT, 1e-5)
    worker.stop_check()
    assert notes.checked == [None]
