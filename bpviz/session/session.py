"""One experiment: a network, what trains it, and how far it has come."""

import math
from collections import deque
from collections.abc import Iterator

import numpy as np

from bpviz.data import Mnist, Split, as_input
from bpviz.data.targets import CLASSES, one_hot
from bpviz.engine import (
    OPTIMIZERS,
    Array,
    Backward,
    Forward,
    Loss,
    Network,
    Optimizer,
    Stage,
    Trace,
    stages,
    trace_sample,
)
from bpviz.session.batches import Batches
from bpviz.session.divergence import explain
from bpviz.session.evaluation import evaluate_in_chunks
from bpviz.session.history import Evaluated, History, Mark
from bpviz.session.settings import Settings, SettingsError
from bpviz.session.snapshot import Example, Snapshot

# The middle and the end of every epoch: about a twentieth of the training.
VALIDATIONS_PER_EPOCH = 2
# And at powers of two from here on: most is learnt early in the first epoch.
FIRST_VALIDATION = 64

_FINISHED = object()


class Session:
    """
    Trains a network batch by batch and validates it before the first, twice an epoch, and early on.

    It is deterministic: the same settings, changed at the same batches, give the same bits.

    Parameters
    ----------
    settings
        What to train.
    data
        The pictures. The test set is read by `begin_test` alone.
    run
        A number for the snapshots to carry.

    Attributes
    ----------
    elapsed_s
        Time spent training. It is kept by whoever drives the session, who alone knows of pauses.

    Raises
    ------
    SettingsError
        If the network would be too large.
    """

    def __init__(self, settings: Settings, data: Mnist, run: int = 0) -> None:
        self.settings = settings
        self.run = run
        self.elapsed_s = 0.0
        self.history = History()
        self.network = Network(
            settings.sizes(data.train.x.shape[1], len(CLASSES)),
            np.random.default_rng(settings.seed),
            hidden=settings.activation,
            output=settings.output,
            loss=settings.loss,
            initializer=settings.initializer,
        )
        self._data = data
        self._optimizer = _optimizer(settings)
        self._batches = Batches(len(data.train), settings.seed)
        self._last: list[Stage] = []
        self._gradient: Array | None = None
        self._label = 0
        self._evaluations: deque[Iterator[None]] = deque()
        self._evaluate(data.validation, self.history.validations)

    @property
    def batch(self) -> int:
        """Batches trained since the start."""
        return len(self.history)

    @property
    def epoch(self) -> int:
        """The epoch under way, 1 being the first."""
        return self._batches.epoch

    @property
    def batches_in_epoch(self) -> int:
        """How many batches this epoch has."""
        return self._batches.in_epoch(self.settings.batch_size)

    @property
    def evaluating(self) -> bool:
        """Whether an evaluation is under way, which `advance` goes on with."""
        return bool(self._evaluations)

    @property
    def at_epoch_end(self) -> bool:
        """Whether an epoch is complete, its validation included."""
        return self._batches.epoch_is_over and not self.evaluating

    def advance(self) -> None:
        """
        Do one short piece of work: a batch, or a chunk of an evaluation that is due.

        Raises
        ------
        DivergenceError
            If something became NaN or infinite. The batch counts, but its update is left out.
        """
        # Overflow is told in words, by DivergenceError.
        with np.errstate(all="ignore"):
            if not self._evaluations:
                self._train()
            elif next(self._evaluations[0], _FINISHED) is _FINISHED:
                self._evaluations.popleft()

    def next_batch(self) -> None:
        """Train one batch, after bringing evaluations under way to their end."""
        while self.evaluating:
            self.advance()
        self.advance()

    def apply(self, settings: Settings) -> None:
        """
        Change what can change without a new network, from the next batch on.

        Raises
        ------
        SettingsError
            If something else differs too, or the batches are too large for the network.
        """
        if names := self.settings.needs_new_network(settings):
            raise SettingsError(f"only a new network can take another {', '.join(names)}")
        settings.sizes(self.network.sizes[0], self.network.sizes[-1])
        if settings.optimizer != self.settings.optimizer:
            self._optimizer = _optimizer(settings)
        self._optimizer.learning_rate = settings.learning_rate
        self._optimizer.weight_decay = settings.weight_decay
        self.settings = settings

    def begin_test(self) -> None:
        """Let `advance` evaluate the test set next; the result goes to the history."""
        self._evaluate(self._data.test, self.history.tests)

    def snapshot(self, since: Mark = Mark()) -> Snapshot:  # noqa: B008 (immutable)
        """Copy where the experiment stands, with the course since a mark of its history."""
        return Snapshot(
            run=self.run,
            settings=self.settings,
            sizes=self.network.sizes,
            batch=self.batch,
            epoch=self.epoch,
            batch_in_epoch=self._batches.batch_in_epoch,
            batches_in_epoch=self.batches_in_epoch,
            elapsed_s=self.elapsed_s,
            course=self.history.since(since),
            params=_frozen(self.network.params),
            gradient=None if self._gradient is None else _frozen(self._gradient),
            example=self._example(),
        )

    def _train(self) -> None:
        taken = self._batches.take(self.settings.batch_size)
        labels = self._data.train.y[taken]
        x = as_input(self._data.train.x[taken])
        self._last, self._label = [], int(labels[0])
        finite = True
        for stage in stages(self.network, x, one_hot(labels), self._optimizer):
            self._last.append(stage)
            if isinstance(stage, Forward):
                # A saturated activation function would hide it from the loss.
                finite = finite and _all_finite(stage.z)
            elif isinstance(stage, Loss):
                self.history.add_loss(stage.value)
                finite = finite and math.isfinite(stage.value)
            elif isinstance(stage, Backward):
                self._gradient = stage.gradient
                if stage.layer == 0 and not (finite and _all_finite(stage.gradient)):
                    finite = False
                    break
        if self._batches.epoch_is_over:
            self.history.epoch_ends.append(self.batch)
        if self._validation_is_due(len(taken)):
            self._evaluate(self._data.validation, self.history.validations)
        if not finite:
            raise explain(self._last, self.network, self.settings, self.batch)

    def _validation_is_due(self, batch_size: int) -> bool:
        position = self._batches.position
        every = len(self._data.train) / VALIDATIONS_PER_EPOCH
        early = self.batch >= FIRST_VALIDATION and self.batch.bit_count() == 1
        return early or (position - batch_size) // every != position // every

    def _evaluate(self, split: Split, results: list[Evaluated]) -> None:
        def chunks() -> Iterator[None]:
            result = yield from evaluate_in_chunks(self.network, split)
            results.append(Evaluated(self.batch, result))

        self._evaluations.append(chunks())

    def _example(self) -> Example | None:
        if not self._last:
            return None
        x, *values = trace_sample(self._last, 0)
        layers = (tuple(_frozen(array) for array in arrays) for arrays in values)
        return Example(Trace(_frozen(x), *layers), self._label)


def _optimizer(settings: Settings) -> Optimizer:
    return OPTIMIZERS[settings.optimizer](
        learning_rate=settings.learning_rate, weight_decay=settings.weight_decay
    )


def _frozen(array: Array) -> Array:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _all_finite(array: Array) -> bool:
    flat = array.ravel()
    # The dot product is ten times as fast and finite in all but hopeless cases.
    return math.isfinite(np.dot(flat, flat)) or bool(np.isfinite(flat).all())
