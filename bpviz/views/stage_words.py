"""
What is said in plain words about the four stages of a batch.

Numbers are means over the samples looked at. Nothing is said of a stage but what it computed.
"""

import math
from typing import NamedTuple

import numpy as np

from bpviz.views.batch_view import BatchView
from bpviz.views.guess_words import forward_words, loss_words
from bpviz.views.numbers import plain, signed
from bpviz.views.stage_progress import StageName, nobody, reached

BEFORE_THE_FIRST: dict[StageName, str] = {
    "forward": "Press → to walk into the first batch: each layer answers the one before it.",
    "loss": "One number: how far the guess is from the right answer.",
    "backward": "From the last layer to the first: which neuron caused how much of it?",
    "update": "Every weight moves a little, so that the loss falls. Then the next batch.",
}
NOT_YET: dict[StageName, str] = {
    "forward": "Not yet: will make a guess, layer by layer.",
    "loss": "Not yet: will compare the guess with the right answer.",
    "backward": "Not yet: will send the mistake back, last layer first.",
    "update": "Not yet: will move every weight a little.",
}


class Outcome(NamedTuple):
    """
    What the update does to the loss of the batch that it was made for.

    Attributes
    ----------
    loss_before
        With the parameters before the update.
    loss_after
        With those after it; None if nobody computed it.
    is_preview
        Whether the update is not done yet, and this is what it would do.
    """

    loss_before: float
    loss_after: float | None
    is_preview: bool


def plain_words(stage: StageName, view: BatchView | None, outcome: Outcome | None) -> str:
    """
    Return what a stage did with a batch, or what it will do.

    Parameters
    ----------
    stage
        Which.
    view
        The batch and whose mean is looked at; None before the first batch.
    outcome
        What the update does to its loss; None if nobody knows.
    """
    if view is None:
        return BEFORE_THE_FIRST[stage]
    if stage == "update":
        return _update_words(view, outcome)
    if stage == "loss" and view.records.y is None:
        return "Say what you drew: then there is a right answer to compare with."
    if not reached(stage, view):
        return NOT_YET[stage]
    words = {"forward": forward_words, "loss": loss_words, "backward": _backward_words}
    with np.errstate(over="ignore", invalid="ignore"):
        return nobody(view) or words[stage](view)


def _backward_words(view: BatchView) -> str:
    backward = view.records.backwards[-1]
    layer, delta = backward.layer, view.mean(backward.delta)
    is_output = layer == len(view.records.network.layers) - 1
    where = "Back at layer 1: " if layer == 0 else "" if is_output else f"Layer {layer + 1}: "
    if not np.isfinite(delta).all():
        text = f"{where}some of the blame is not finite"
    elif not delta.any():
        text = f"{where}no neuron is to blame (δ = 0)"
    else:
        first = int(np.abs(delta).argmax())
        mean = "" if len(view.rows) == 1 else "mean "
        most = " the most" if len(delta) > 1 else ""
        text = (
            f"{where}{_neuron(view, layer, first)} should {_way(delta[first])}{most} "
            f"({mean}δ = {signed(delta[first], view.digits)})"
        )
        # The strongest of those that should go the other way, if there are such.
        second = int((-np.sign(delta[first]) * delta).argmax())
        if layer > 0 and delta[first] * delta[second] < 0:
            text += f", {_neuron(view, layer, second)} {_way(delta[second])}"
    return f"{text[0].upper()}{text[1:]}."


def _neuron(view: BatchView, layer: int, row: int) -> str:
    if layer == len(view.records.network.layers) - 1:
        return f"output “{view.classes[row]}”"
    return f"neuron {row + 1}"


def _way(delta: float) -> str:
    return "fall" if delta > 0 else "rise"


# Of a loss in float32: less is no change.
ROUNDING = 2.5e-7


def _update_words(view: BatchView, outcome: Outcome | None) -> str:
    if view.left_out:
        return "Left out: something is not finite any more."
    if outcome is None or outcome.loss_after is None:
        if view.records.update is None:
            return NOT_YET["update"]
        return "Each weight took its step, down the slope of this batch's loss."
    whose = "the loss on your drawing" if view.drawn else "this batch's loss"
    before, after, would = outcome.loss_before, outcome.loss_after, outcome.is_preview
    old, new = plain(before, view.digits), plain(after, view.digits)
    if not math.isfinite(before) or not math.isfinite(after):
        return f"{'Would take' if would else 'Took'} {whose} from {old} to {new}: not finite."
    if before == after or (abs(after - before) < ROUNDING and view.digits == 4):
        return f"{'Would leave' if would else 'Left'} {whose} at {old}."
    verb = ("Would lower", "Lowered") if after < before else ("Would raise", "Raised")
    change = f"of {old} by {plain(abs(after - before), 2)}"
    return f"{verb[not would]} {whose} {change if old == new else f'from {old} to {new}'}."
