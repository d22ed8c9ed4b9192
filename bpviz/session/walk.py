"""One batch on its way through the stages, one at a time or all at once."""

import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import (
    Array,
    Backward,
    Forward,
    Loss,
    Network,
    Optimizer,
    Records,
    Stage,
    Update,
    collect,
    fast_lane,
    make_step,
    stages,
)
from bpviz.session.settings import Settings


@dataclass(frozen=True, eq=False)
class Batch:
    """
    Samples that are trained on together.

    Attributes
    ----------
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    labels : (N,) or None
        The right class of each sample; None where there is none.
    drawn
        Whether it is the user's drawing: a lesson that is no part of the course.
    """

    x: Array
    y: Array
    labels: NDArray[np.integer] | None
    drawn: bool = False


class Outcome(NamedTuple):
    """
    What an update does to its own batch.

    Attributes
    ----------
    step : (n_params,)
        What is added to the parameters.
    loss_after
        Mean loss of the batch with the parameters it leads to.
    is_preview
        Whether the update is still to come.
    """

    step: Array
    loss_after: float
    is_preview: bool


class Walk:
    """
    Takes a batch through the stages.

    Parameters
    ----------
    network
        Is trained.
    batch
        The samples.
    optimizer, train_biases
        See `bpviz.engine.stages`.
    settings
        That the optimiser was made of.

    Attributes
    ----------
    done
        The stages so far.
    over
        Whether there is nothing more to come.
    finite
        Whether all is finite so far. Where it is not, the update is left out.
    optimizer, settings
        What makes the step, and what that was made of.
    """

    def __init__(
        self,
        network: Network,
        batch: Batch,
        optimizer: Optimizer,
        settings: Settings,
        train_biases: bool,
    ) -> None:
        self.batch = batch
        self.settings = settings
        self.done: list[Stage] = []
        self.over = False
        self.finite = True
        self._network = network
        self.optimizer = optimizer
        self._train_biases = train_biases
        self._stages = self._begin()
        self._outcome: Outcome | None = None

    def _begin(self) -> Iterator[Stage]:
        take = fast_lane.stages if fast_lane.takes(self._network) else stages
        x, y = self.batch.x, self.batch.y
        return take(self._network, x, y, self.optimizer, self._train_biases)

    def conclude(self, done: list[Stage]) -> None:
        """Take note of all its stages, which were done elsewhere."""
        self.done = done
        self.over = True

    @property
    def update_is_next(self) -> bool:
        """Whether forward pass, loss and backward pass are through and the update is not."""
        return not self.over and len(self.done) == 2 * len(self._network.layers) + 1

    def go_on(self, until: float = math.inf) -> None:
        """Take stages until so many are done, or all are."""
        # Overflow is told in words, by who drives this.
        with np.errstate(all="ignore"):
            for stage in self._stages:
                self.done.append(stage)
                if isinstance(stage, Forward):
                    # A saturated activation function would hide it from the loss.
                    self.finite = self.finite and _all_finite(stage.z)
                elif isinstance(stage, Loss):
                    self.finite = self.finite and math.isfinite(stage.value)
                elif isinstance(stage, Update):
                    self.over = True
                    return
                elif stage.layer == 0 and not (self.finite and _all_finite(stage.gradient)):
                    self.finite = False
                    self.over = True
                    return
                if len(self.done) >= until:
                    return

    def repeat(self, optimizer: Optimizer, settings: Settings) -> None:
        """Take the stages done so far once more: the parameters or the optimiser have changed."""
        self.settings = settings
        until = len(self.done)
        self.done, self.finite = [], True
        self.optimizer, self._outcome = optimizer, None
        self._stages = self._begin()
        if until:
            self.go_on(until)

    @property
    def loss(self) -> float:
        """Mean loss of the batch. There must have been the loss stage."""
        return next(stage.value for stage in self.done if isinstance(stage, Loss))

    def records(self, params: Array) -> Records:
        """
        Return what is known of the batch.

        Parameters
        ----------
        params : (n_params,)
            The parameters as they are now, in an array that will not change.
        """
        last = self.done[-1] if self.done else None
        before = last.before if isinstance(last, Update) else params
        records = Records(self._network.over(before), self.batch.x, self.batch.y)
        return collect(records, self.done)

    def outcome(self) -> Outcome | None:
        """
        Return what the update does, or would do; None before it can be known.

        It is worked out once, so ask before anything else changes the parameters.
        """
        last = self.done[-1] if self.done else None
        if isinstance(last, Update):
            if self._outcome is None or self._outcome.is_preview:
                self._outcome = Outcome(last.step, self._loss_with(self._network), False)
        elif isinstance(last, Backward) and self.update_is_next and self._outcome is None:
            # A copy: a step changes the optimiser's moments.
            optimizer = deepcopy(self.optimizer)
            step = make_step(self._network, last.gradient, optimizer, self._train_biases)
            after = self._network.over(self._network.params + step)
            self._outcome = Outcome(step, self._loss_with(after), True)
        return self._outcome

    def answers(self) -> tuple[Array, Array]:
        """Return what the network said to the first sample, and says now : (n_out,) each."""
        before = next(
            stage.a[0]
            for stage in self.done
            if isinstance(stage, Forward) and stage.layer == len(self._network.layers) - 1
        )
        with np.errstate(all="ignore"):
            return before, self._network.predict(self.batch.x[:1])[0]

    def _loss_with(self, network: Network) -> float:
        with np.errstate(all="ignore"):
            a = self.batch.x
            for layer in network.layers:
                z, a = layer.forward(a)
            return float(network.loss.values(network.output, z, a, self.batch.y).mean())


def _all_finite(array: Array) -> bool:
    flat = array.ravel()
    # The dot product is ten times as fast and finite in all but hopeless cases.
    return math.isfinite(np.dot(flat, flat)) or bool(np.isfinite(flat).all())
