"""A picture of an experiment at one moment, safe to hand to another thread."""

from dataclasses import dataclass
from typing import NamedTuple

from bpviz.data import Task
from bpviz.engine import Array
from bpviz.session.glance import Glance
from bpviz.session.history import Course
from bpviz.session.settings import Settings


class Lesson(NamedTuple):
    """
    A drawing that was learnt.

    Attributes
    ----------
    label
        What it was said to be.
    before, after : (n_out,)
        What the network answered to it.
    """

    label: int
    before: Array
    after: Array


@dataclass(frozen=True, eq=False)
class Snapshot:
    """
    Where an experiment stands. Nothing in it is written to again.

    Attributes
    ----------
    run
        Tells the experiments of one program run apart.
    task
        What is learnt.
    settings
        As they are now.
    sizes
        Neurons of each layer.
    batch
        Batches trained since the start.
    epoch, batch_in_epoch, batches_in_epoch
        The epoch under way (1 is the first), how many of its batches are done, and of how many.
    elapsed_s
        Time spent training, pauses left out.
    course
        What has happened since the snapshot before.
    params : (n_params,)
        As they are now. A read-only copy.
    glance
        The batch under way, or else the last one. None before the first.
    walking
        Whether that batch is taken stage by stage.
    lesson
        The drawing learnt last, as long as it can be undone.
    can_undo
        Whether a lesson, learnt or under way, can be undone.
    """

    run: int
    task: Task
    settings: Settings
    sizes: tuple[int, ...]
    batch: int
    epoch: int
    batch_in_epoch: int
    batches_in_epoch: int
    elapsed_s: float
    course: Course
    params: Array
    glance: Glance | None
    walking: bool
    lesson: Lesson | None
    can_undo: bool
