"""The four stages of a batch, and how far each has come."""

from typing import Literal

from bpviz.views.batch_view import BatchView

StageName = Literal["forward", "loss", "backward", "update"]
STAGES: tuple[StageName, ...] = ("forward", "loss", "backward", "update")


def reached(stage: StageName, view: BatchView) -> int:
    """Return how many steps of a stage are done: layers, or 1 for the loss and the update."""
    records = view.records
    if stage == "forward":
        return len(records.forwards)
    if stage == "backward":
        return len(records.backwards)
    return int((records.loss if stage == "loss" else records.update) is not None)


def nobody(view: BatchView) -> str:
    """Say that no sample is looked at, empty if one is."""
    if len(view.rows):
        return ""
    if view.label is None:
        return "No sample is looked at."
    return f"No {view.classes[view.label]}s in this batch."
