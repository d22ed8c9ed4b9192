"""Questions about one batch that take a while: answered piece by piece, so that nothing waits."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import (
    EPSILONS,
    Check,
    Network,
    Records,
    check_parameters,
    flat_index,
    locate,
    loss_along,
    sweep_epsilon,
)
from bpviz.session.session import Session

Scope: TypeAlias = Literal["weight", "layer", "network"]

CURVE_POINTS = 61
# How many derivatives are checked: as many as take some seconds, but never more than this.
MOST_CHECKED = 20_000
CHECK_WORK = 1e11
FEWEST_CHECKED = 500
_FARTHEST = 1e300  # of what a curve may have in its middle; beyond it, steps are lost to rounding


@dataclass(frozen=True, eq=False)
class Curve:
    """
    The loss of a batch along one parameter, all others as they are now.

    Attributes
    ----------
    index
        Which of the parameters.
    center
        Its value now; NaN and infinity, too.
    values, losses : (n,)
        Some values, rising, and the batch's mean loss with each.
    loss
        The loss at the centre.
    slope
        dL/dw at the centre, as back-propagated; None before that.
    step
        What the update will add to it; None if that is not known, or done.
    is_after
        Whether the update is done, so that the slope is that of the same batch after it.
    """

    index: int
    center: float
    values: NDArray[np.float64]
    losses: NDArray[np.float64]
    loss: float
    slope: float | None
    step: float | None
    is_after: bool


class Progress(NamedTuple):
    """How many derivatives have been checked, and of how many."""

    done: int
    total: int


@dataclass(frozen=True, eq=False)
class Checked:
    """
    A numerical check.

    Attributes
    ----------
    scope
        Whether one parameter was checked at many epsilons, or many at one epsilon.
    index
        The parameter that was looked at.
    check
        The result.
    in_scope
        How many derivatives there would have been: where fewer were compared, they were drawn
        at random.
    """

    scope: Scope
    index: int
    check: Check
    in_scope: int


def draw_curve(session: Session, index: int) -> Generator[None, None, Curve | None]:
    """
    Work out the loss along a parameter.

    Parameters
    ----------
    session
        Its batch must not go on meanwhile.
    index
        Which of its parameters.

    Returns
    -------
    Curve or None
        None if there is no batch yet. Around zero, where the parameter is not finite any more.
    """
    records = session.records_now()
    if records is None or records.y is None:
        return None
    outcome = session.outcome()
    is_after = outcome is not None and not outcome.is_preview
    if is_after:
        outcome = None
    network = records.network
    center = float(network.params[index])
    step = None if outcome is None else float(outcome.step[index])
    middle = center if abs(center) <= _FARTHEST else 0.0
    reaches = (0.5, 1.5 * abs(middle), 0.0 if step is None else 1.25 * abs(step))
    reach = max(each for each in reaches if each <= 2 * _FARTHEST)
    values = np.linspace(middle - reach, middle + reach, CURVE_POINTS)
    values[CURVE_POINTS // 2] = middle
    points = [*values.tolist(), center]
    *losses, loss = yield from loss_along(network, records.x, records.y, index, points)
    return Curve(
        index=index,
        center=center,
        values=values,
        losses=np.array(losses),
        loss=float(loss),
        slope=_slope(records, index),
        step=step,
        is_after=is_after,
    )


def check(
    session: Session, scope: Scope, index: int, epsilon: float
) -> Generator[Progress, None, Checked | None]:
    """
    Hold back-propagated derivatives of the batch against numerical ones.

    Parameters
    ----------
    session
        Its batch must not go on meanwhile.
    scope
        One parameter at many epsilons, or its layer or the whole network at one epsilon.
    index
        The parameter.
    epsilon
        Half the distance of the two points, where there is one.

    Yields
    ------
    Progress

    Returns
    -------
    Checked or None
        None if there is no batch yet.
    """
    records = session.records()
    if records is None or records.y is None:
        return None
    network, x, y = records.network, records.x, records.y
    if scope == "weight":
        result = yield from _counted(sweep_epsilon(network, x, y, index), len(EPSILONS))
        return Checked(scope, index, result, 1)
    indices = _in_scope(network, scope, index)
    in_scope = len(indices)
    bearable = int(CHECK_WORK / (4 * len(x) * network.params.size))
    most = min(max(bearable, FEWEST_CHECKED), MOST_CHECKED)
    if in_scope > most:
        chosen = np.random.default_rng(index).choice(in_scope, most, replace=False)
        indices = indices[np.sort(chosen)]
    pieces = check_parameters(network, x, y, indices, epsilon)
    result = yield from _counted(pieces, len(indices))
    return Checked(scope, index, result, in_scope)


def _counted(pieces: Generator[int, None, Check], total: int) -> Generator[Progress, None, Check]:
    yield Progress(0, total)  # the first piece may take its time
    while True:
        try:
            done = next(pieces)
        except StopIteration as end:
            result: Check = end.value
            return result
        yield Progress(done, total)


def _in_scope(network: Network, scope: Scope, index: int) -> NDArray[np.intp]:
    if scope == "network":
        return np.arange(network.params.size)
    layer = locate(network, index).layer
    first = flat_index(network, layer, 0, 0)
    last = flat_index(network, layer, None, network.sizes[layer + 1] - 1)
    return np.arange(first, last + 1)


def _slope(records: Records, index: int) -> float | None:
    place = locate(records.network, index)
    gradient = records.gradients()[place.layer]
    if gradient is None:
        return None
    if place.start is None:
        return float(gradient.b[place.end])
    return float(gradient.W[place.start, place.end])
