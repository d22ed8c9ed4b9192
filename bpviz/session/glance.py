"""The batch under way, as it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpviz.data import Task
from bpviz.engine import LayerArrays, Optimizer, Records, Rows, Term, locate
from bpviz.session.look import Look
from bpviz.session.settings import Settings
from bpviz.session.walk import Outcome, Walk


@dataclass(frozen=True, eq=False)
class Glance:
    """
    The batch under way, or else the last one, as it is looked at.

    Attributes
    ----------
    records
        The stages that are done. What they hold is never written to again.
    labels : (N,) or None
        The right class of each sample; None where there is none.
    drawn
        Whether it is the user's drawing.
    look
        What was asked for.
    sample
        The one sample looked at; None for a mean.
    rows : (n,)
        The samples looked at.
    gradients
        dL/dW and dL/db of each layer as they want them; None where the backward pass is not yet.
    agreements
        How much they agree on each parameter; empty if that was not asked for.
    outcome
        What the update does, or would do. None if it is not known: while training plays it is
        not worked out.
    terms
        The update of the parameter looked at, taken apart; empty if there is none, or its
        gradient is not known yet.
    settings
        That the update is made with.
    left_out
        Whether there will be no update, because something is not finite.
    """

    records: Records
    labels: NDArray[np.integer] | None
    drawn: bool
    look: Look
    sample: int | None
    rows: Rows
    gradients: Sequence[LayerArrays | None]
    agreements: Sequence[LayerArrays | None]
    outcome: Outcome | None
    terms: Sequence[Term]
    settings: Settings
    left_out: bool


def take_glance(walk: Walk, records: Records, look: Look, task: Task, at_rest: bool) -> Glance:
    """
    Look at a batch.

    Parameters
    ----------
    walk, records
        The batch, and what is known of it.
    look
        Whose part in it is looked at.
    task
        What it is a part of.
    at_rest
        Whether there is time to work out what the update does.
    """
    batch, rows = walk.batch, look.rows(walk.batch)
    return Glance(
        records=records,
        labels=batch.labels,
        drawn=batch.drawn,
        look=look,
        sample=look.single(batch),
        rows=rows,
        gradients=records.gradients(rows),
        agreements=records.agreements(rows) if look.agreement else (),
        outcome=walk.outcome() if at_rest and walk.finite else None,
        terms=_terms(walk.optimizer, records, look.parameter, task) if walk.finite else (),
        settings=walk.settings,
        left_out=walk.over and not walk.finite,
    )


def _terms(optimizer: Optimizer, records: Records, index: int | None, task: Task) -> list[Term]:
    gradient = records.gradient
    if index is None or gradient is None:
        return []
    place = locate(records.network, index)
    is_bias = place.start is None
    if is_bias and not task.train_biases:
        return []
    g, w = float(gradient[index]), float(records.network.params[index])
    # The update has changed the moments that it was made of.
    if records.update is not None:
        optimizer, index = optimizer.rewound(gradient, index), 0
    return optimizer.explain(g, w, index, is_bias, task.digits)
