"""From a snapshot to what the views show of it."""

from bpviz.engine import HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS
from bpviz.session.snapshot import Snapshot
from bpviz.views.batch_view import BatchView
from bpviz.views.stage_words import Outcome

RULES = {
    "sgd": "w ← w − {rate:g}·∂L/∂w{decay}",
    "momentum": "v ← 0.9·v + ∂L/∂w, w ← w − {rate:g}·v{decay}",
    "nesterov": "v ← 0.9·v + g, w ← w − {rate:g}·(g + 0.9·v){decay}, g = ∂L/∂w",
    "rmsprop": "w ← w − {rate:g}·g / (√v + ε){decay}, v: mean of g²",
    "adam": "w ← w − {rate:g}·m̂ / (√v̂ + ε){decay}, m̂, v̂: means of g, g²",
}
"""What each optimiser makes of the gradient, and the decay of the weights beside it."""


def batch_view(snapshot: Snapshot) -> BatchView | None:
    """Return the batch as it is looked at; None before the first."""
    glance = snapshot.glance
    if glance is None:
        return None
    return BatchView(
        records=glance.records,
        labels=glance.labels,
        classes=snapshot.task.classes,
        rows=glance.rows,
        sample=glance.sample,
        label=glance.look.label if glance.sample is None else None,
        drawn=glance.drawn,
        left_out=glance.left_out,
    )


def outcome(snapshot: Snapshot) -> Outcome | None:
    """Return what the update does to the loss of its batch; None if that is not known."""
    glance = snapshot.glance
    if glance is None or glance.outcome is None or glance.records.loss is None:
        return None
    known = glance.outcome
    return Outcome(glance.records.loss.value, known.loss_after, known.is_preview)


def rule(snapshot: Snapshot) -> str:
    """Return the optimiser's formula, as it holds for the batch on screen."""
    settings = snapshot.settings if snapshot.glance is None else snapshot.glance.settings
    rate = settings.learning_rate
    decay = rate * settings.weight_decay
    text = f" − {decay:g}·w" if decay else ""
    return RULES[settings.optimizer].format(rate=rate, decay=text)


def captions(snapshot: Snapshot) -> list[str]:
    """Return what each layer does, such as ``"16 ReLU"``, the inputs first."""
    settings, sizes = snapshot.settings, snapshot.sizes
    hidden = HIDDEN_ACTIVATIONS[settings.activation].label
    output = OUTPUT_ACTIVATIONS[settings.output].label
    inputs = "pixels" if snapshot.task.inputs is None else "inputs" if sizes[0] > 1 else "input"
    return [
        f"{sizes[0]} {inputs}",
        *(f"{n:,} {hidden}" for n in sizes[1:-1]),
        f"{sizes[-1]} {output}",
    ]


def picture_caption(view: BatchView | None) -> str:
    """Return what the input picture is."""
    if view is None:
        return "no picture yet"
    if view.drawn:
        return "your drawing"
    if not len(view.rows):
        return f"no {view.classes[view.label or 0]} in this batch"
    if len(view.rows) == 1:
        row = int(view.rows[0])
        caption = f"picture {row + 1} of the batch"
        if view.labels is not None:
            caption += f", a {view.classes[int(view.labels[row])]}"
        return caption
    if view.label is not None:
        return f"mean of {len(view.rows)} pictures of a {view.classes[view.label]}"
    return f"mean of the batch’s {len(view)} pictures"
