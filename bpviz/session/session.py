"""One experiment: a network, what trains it, and how far it has come."""

import math
import time
from copy import copy, deepcopy

import numpy as np

from bpviz.data import Task
from bpviz.engine import OPTIMIZERS, Array, Network, Optimizer, Records, collect, fast_lane, stages
from bpviz.session.batches import Batches
from bpviz.session.divergence import explain
from bpviz.session.evaluations import Evaluations
from bpviz.session.glance import take_glance
from bpviz.session.history import History, Mark
from bpviz.session.look import Look
from bpviz.session.settings import Settings, SettingsError
from bpviz.session.snapshot import Lesson, Snapshot
from bpviz.session.walk import Batch, Outcome, Walk

# The middle and the end of every epoch: about a twentieth of the training.
VALIDATIONS_PER_EPOCH = 2
# And at powers of two from here on: most is learnt early in the first epoch.
FIRST_VALIDATION = 64


class Session:
    """
    Trains a network batch by batch or stage by stage, and validates it now and then.

    It is deterministic: the same settings, changed at the same batches, give the same bits.

    Parameters
    ----------
    settings
        What to train.
    task
        What to learn. The test set is read by `begin_test` alone.
    run
        A number for the snapshots to carry.

    Attributes
    ----------
    elapsed_s
        Time spent training. It is kept by whoever drives the session, who alone knows of pauses.
    look
        Whose part in the batch the snapshots show.

    Raises
    ------
    SettingsError
        If the network would be too large.
    """

    def __init__(self, settings: Settings, task: Task, run: int = 0) -> None:
        self.settings = settings
        self.task = task
        self.run = run
        self.elapsed_s = 0.0
        self.look = Look()
        self.history = History()
        self.network = Network(
            settings.sizes(task.n_in, task.n_out),
            np.random.default_rng(settings.seed),
            hidden=settings.activation,
            output=settings.output,
            loss=settings.loss,
            initializer=settings.initializer,
            dtype=task.dtype,
        )
        if task.start is not None:
            self.network.params[:] = task.start
        self._optimizer = _optimizer(settings)
        self._batches = Batches(len(task.train), settings.seed)
        self._stored = task.train.stored() if fast_lane.takes(self.network) else None
        self._batch_s = math.inf
        self._walk: Walk | None = None
        self._walking = False
        self._evaluations = Evaluations(self.network)
        self._nudged: tuple[int, Array] | None = None
        self._lesson: Lesson | None = None
        self._before_lesson: tuple[Array, Optimizer, Settings, Walk | None] | None = None
        self._validate()

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
    def can_run(self) -> bool:
        """Whether many batches can be trained in one go, with Python's lock free."""
        return self._stored is not None

    @property
    def update_is_next(self) -> bool:
        """Whether the next stage changes the parameters."""
        return self._walk is not None and self._walk.update_is_next

    @property
    def evaluating(self) -> bool:
        """Whether an evaluation is under way, which `advance` goes on with."""
        return bool(self._evaluations)

    @property
    def at_epoch_end(self) -> bool:
        """Whether an epoch is complete, its validation included."""
        return self._batches.epoch_is_over and not self.evaluating

    def advance(self, seconds: float = 0.0, at_most: float = math.inf) -> None:
        """
        Do one short piece of work: some batches, the rest of one, or a chunk of an evaluation.

        Parameters
        ----------
        seconds
            About how long it may take, if more than one batch can be trained in one go.
        at_most
            How many batches it may be.

        Raises
        ------
        DivergenceError
            If something became NaN or infinite. The batch counts, but its update is left out.
        """
        if self._evaluations:
            self._evaluations.go_on()
        else:
            self.release()
            self._walking = False
            batches = int(min(seconds / self._batch_s, at_most))
            if batches > 1 and self._stored is not None and (self._walk is None or self._walk.over):
                self._run(batches)
            else:
                start_s = time.perf_counter()
                self._walk_on()
                self._batch_s = time.perf_counter() - start_s

    def next_batch(self) -> None:
        """Train one batch, or the rest of one, after bringing evaluations to their end."""
        self._evaluations.finish()
        self.advance()

    def next_stage(self) -> None:
        """
        Go on by one stage, into the next batch if the last one is through.

        Raises
        ------
        DivergenceError
            As `advance`.
        """
        self.release()
        self._walking = True
        walk = self._walk_under_way()
        if walk.update_is_next:
            # They are of the network as it is now.
            self._evaluations.finish()
        self._walk_on(len(walk.done) + 1)

    def apply(self, settings: Settings) -> None:
        """
        Change what can change without a new network; the size of batches from the next one on.

        Raises
        ------
        SettingsError
            If something else differs too, or the batches are too large for the network.
        """
        if names := self.settings.needs_new_network(settings):
            raise SettingsError(f"only a new network can take another {', '.join(names)}")
        settings.sizes(self.network.sizes[0], self.network.sizes[-1])
        self.release()
        before, self.settings = self.settings, settings
        if settings != before:
            self._batch_s = math.inf
            self._fit_optimizer(before)
            self._repeat()

    def begin_test(self) -> None:
        """Let `advance` evaluate the test set next; the result goes to the history."""
        self.release()
        self._evaluations.begin(self.task.test, self.batch, self.history.tests)

    # -- one parameter ------------------------------------------------------------------------

    def nudge(self, index: int, value: float) -> None:
        """Move one of the parameters for a while; whatever comes next puts it back first."""
        self.release()
        self._evaluations.finish()
        self.outcome()  # which is then known, and not of the nudged network
        self._nudged = index, self.network.params[index : index + 1].copy()
        self.network.params[index] = value

    def release(self) -> None:
        """Put back, bit by bit, the parameter that was nudged."""
        if self._nudged is not None:
            index, value = self._nudged
            self.network.params[index : index + 1] = value
            self._nudged = None

    def set_parameter(self, index: int, value: float) -> None:
        """
        Give one of the parameters a value; the stages done of this batch are done anew.

        Raises
        ------
        SettingsError
            If the parameters' type cannot hold the value.
        """
        self.release()
        most = float(np.finfo(self.network.params.dtype).max)
        if not abs(value) <= most:
            raise SettingsError(f"a weight cannot be {value:g}: give a value up to {most:.1e}")
        self._evaluations.finish()
        self.outcome()  # of the update that was done before this
        self.network.params[index] = value
        if self._before_lesson is not None and self._lesson is None:
            # Undoing the lesson under way leaves the value as it was typed.
            _, optimizer, settings, put_off = self._before_lesson
            self._before_lesson = self.network.params.copy(), optimizer, settings, put_off
        else:
            self._forget_lesson()
        self._repeat()

    # -- a drawing ----------------------------------------------------------------------------

    def begin_lesson(self, x: Array, label: int) -> None:
        """
        Make a drawing the next batch. It is no part of the course; the batch under way is put off.

        Parameters
        ----------
        x : (n_in,)
            What the network sees of the drawing.
        label
            Its class.
        """
        self.release()
        if self._walk is not None and self._walk.batch.drawn and not self._walk.over:
            self.undo_lesson()
        self._forget_lesson()
        y = np.zeros((1, self.network.sizes[-1]), self.task.dtype)
        y[0, label] = 1
        batch = Batch(x[None].astype(self.task.dtype), y, np.array([label]), drawn=True)
        self._before_lesson = (
            self.network.params.copy(),
            self._optimizer,
            self.settings,
            self._walk,
        )
        # The lesson moves a copy: batches before it keep what their own update was made of.
        self._optimizer = deepcopy(self._optimizer)
        self._walk = self._new_walk(batch)

    def learn(self, x: Array, label: int) -> None:
        """
        Train once on a drawing, see `begin_lesson`.

        Raises
        ------
        DivergenceError
            As `advance`.
        """
        self.begin_lesson(x, label)
        self._walking = False
        self._evaluations.finish()
        self._walk_on()

    def undo_lesson(self) -> None:
        """
        Put all back, bit by bit, as it was before the lesson, which may still be under way.

        A batch that was put off is taken up where it was. Settings applied since are kept.
        """
        if self._before_lesson is None:
            return
        self.release()
        self._evaluations.finish()
        params, self._optimizer, settings, self._walk = self._before_lesson
        self.network.params[:] = params
        self._forget_lesson()
        if settings != self.settings:
            self._fit_optimizer(settings)
        self._repeat()

    # -- what is known ------------------------------------------------------------------------

    def snapshot(self, since: Mark = Mark(), at_rest: bool = True) -> Snapshot:  # noqa: B008 (immutable)
        """
        Copy where the experiment stands.

        Parameters
        ----------
        since
            A mark of the history: the course since then is told.
        at_rest
            Whether there is time to work out what the update does.
        """
        params = _frozen(self.network.params)
        records, glance = self.records(params), None
        if self._walk is not None and records is not None:
            # Overflow is told in words.
            with np.errstate(all="ignore"):
                glance = take_glance(self._walk, records, self.look, self.task, at_rest)
        return Snapshot(
            run=self.run,
            task=self.task,
            settings=self.settings,
            sizes=self.network.sizes,
            batch=self.batch,
            epoch=self.epoch,
            batch_in_epoch=self._batches.batch_in_epoch,
            batches_in_epoch=self.batches_in_epoch,
            elapsed_s=self.elapsed_s,
            course=self.history.since(since),
            params=params,
            glance=glance,
            walking=self._walking,
            lesson=self._lesson,
            can_undo=self._before_lesson is not None,
        )

    def records(self, params: Array | None = None) -> Records | None:
        """
        Return what is known of the batch under way, or else of the last one.

        Parameters
        ----------
        params : (n_params,)
            A copy of the parameters as they are now, if there is one already.
        """
        if self._walk is None:
            return None
        if params is None or self._nudged is not None:
            params = self._unnudged()
        return self._walk.records(params)

    def records_now(self) -> Records | None:
        """Return the same as of the parameters now: after an update all is computed anew."""
        records = self.records()
        if records is None or records.update is None or records.y is None:
            return records
        network = self.network.over(self._unnudged())
        with np.errstate(all="ignore"):
            taken = stages(network, records.x, records.y)
            return collect(Records(network, records.x, records.y), taken)

    def _unnudged(self) -> Array:
        params = self.network.params.copy()
        if self._nudged is not None:
            index, value = self._nudged
            params[index : index + 1] = value
        params.flags.writeable = False
        return params

    def outcome(self) -> Outcome | None:
        """Return what the update of the batch does, or would do; None if it is not known yet."""
        return None if self._walk is None else self._walk.outcome()

    def _walk_under_way(self) -> Walk:
        if self._walk is None or self._walk.over:
            taken, train = self._batches.next(self.settings.batch_size), self.task.train
            batch = Batch(train.inputs(taken), train.targets(taken), train.labels(taken))
            self._walk = self._new_walk(batch)
        return self._walk

    def _new_walk(self, batch: Batch) -> Walk:
        return Walk(self.network, batch, self._optimizer, self.settings, self.task.train_biases)

    def _walk_on(self, until: float = np.inf) -> None:
        walk = self._walk_under_way()
        walk.go_on(until)
        if walk.over:
            self._complete(walk)

    def _run(self, batches: int) -> None:
        """Train so many batches in one go, or fewer: up to the next validation, or to trouble."""
        assert self._stored is not None
        size = self.settings.batch_size
        order = self._batches.next(size * min(batches, self._batches_to_validation()))
        start_s = time.perf_counter()
        trained = fast_lane.train(
            self.network, self._stored, order, size, self._optimizer, self.task.train_biases
        )
        done = len(trained.losses)
        if done:
            self._batch_s = (time.perf_counter() - start_s) / done
            self._forget_lesson()
            self.history.add_losses(trained.losses)
            self._move_on(min(done * size, len(order)), done)
        if trained.stages:
            labels = self.task.train.labels(order[-len(trained.x) :])
            self._walk = self._new_walk(Batch(trained.x, trained.y, labels))
            self._walk.conclude(trained.stages)
        else:
            self._walk_on()  # into the batch that diverges

    def _batches_to_validation(self) -> int:
        position = 0 if self._batches.epoch_is_over else self._batches.position
        every = self._validation_every
        here = every * (position // every + 1) - position
        early = max(1 << self.batch.bit_length(), FIRST_VALIDATION) - self.batch
        return min(math.ceil(here / self.settings.batch_size), early)

    def _complete(self, walk: Walk) -> None:
        if walk.batch.drawn:
            if walk.finite and walk.batch.labels is not None:
                before, after = walk.answers()
                self._lesson = Lesson(int(walk.batch.labels[0]), before, after)
        else:
            self._forget_lesson()
            self._count(walk)
        if not walk.finite:
            batch = None if walk.batch.drawn else self.batch
            raise explain(walk.done, self.network, self.settings, batch)

    def _count(self, walk: Walk) -> None:
        self.history.add_loss(walk.loss)
        self._move_on(len(walk.batch.x), 1)

    def _move_on(self, n: int, batches: int) -> None:
        self._batches.done(n, batches)
        if self._batches.epoch_is_over:
            self.history.epoch_ends.append(self.batch)
        if self._validation_is_due(n):
            self._validate()

    def _repeat(self) -> None:
        if self._walk is not None and not self._walk.over:
            self._walk.repeat(self._optimizer, self.settings)
            if self._walk.over:
                self._complete(self._walk)

    def _fit_optimizer(self, before: Settings) -> None:
        """Let the optimiser follow from `before` to the settings as they are now."""
        # Another object, even of the same kind: what the last update was made of stays as it was.
        another = self.settings.optimizer != before.optimizer
        self._optimizer = _optimizer(self.settings) if another else copy(self._optimizer)
        self._optimizer.learning_rate = self.settings.learning_rate
        self._optimizer.weight_decay = self.settings.weight_decay

    def _forget_lesson(self) -> None:
        self._lesson = self._before_lesson = None

    @property
    def _validation_every(self) -> float:
        """Samples from one validation to the next; without any, to the end of the epoch."""
        there_are = self.task.validation is not None
        return len(self.task.train) / (VALIDATIONS_PER_EPOCH if there_are else 1)

    def _validation_is_due(self, n: int) -> bool:
        """Return whether the n samples done last make it so."""
        position, every = self._batches.position, self._validation_every
        early = self.batch >= FIRST_VALIDATION and self.batch.bit_count() == 1
        return early or (position - n) // every != position // every

    def _validate(self) -> None:
        self._evaluations.begin(self.task.validation, self.batch, self.history.validations)


def _optimizer(settings: Settings) -> Optimizer:
    return OPTIMIZERS[settings.optimizer](
        learning_rate=settings.learning_rate, weight_decay=settings.weight_decay
    )


def _frozen(array: Array) -> Array:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
