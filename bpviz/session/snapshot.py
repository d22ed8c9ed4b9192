"""A picture of an experiment at one moment, safe to hand to another thread."""

from dataclasses import dataclass

from bpviz.engine import Array, Trace
from bpviz.session.history import Course
from bpviz.session.settings import Settings


@dataclass(frozen=True)
class Example:
    """The first sample of the last batch: its way through the network, and its label."""

    trace: Trace
    label: int


@dataclass(frozen=True)
class Snapshot:
    """
    Where an experiment stands. All arrays are read-only copies.

    Attributes
    ----------
    run
        Tells the experiments of one program run apart.
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
        After the last update.
    gradient : (n_params,) or None
        Of the last backward pass. None before the first.
    example
        None before the first batch.
    """

    run: int
    settings: Settings
    sizes: tuple[int, ...]
    batch: int
    epoch: int
    batch_in_epoch: int
    batches_in_epoch: int
    elapsed_s: float
    course: Course
    params: Array
    gradient: Array | None
    example: Example | None
