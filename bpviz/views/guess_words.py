"""What is said in plain words about a guess, layer by layer, and about how far it is off."""

import math
from collections.abc import Sequence

import numpy as np

from bpviz.engine import SOFTMAX, Array
from bpviz.views.batch_view import BatchView
from bpviz.views.numbers import plain, signed


def with_article(name: str) -> str:
    """Return a label with "a" or "an" before it."""
    return f"an {name}" if name[:1] in "8AEIOUaeiou" else f"a {name}"


def forward_words(view: BatchView) -> str:
    """Say what the layer that was computed last answered, the last one's answer as a guess."""
    forward, n_layers = view.records.forwards[-1], len(view.records.network.layers)
    here = f"Layer {forward.layer + 1} of {n_layers}"
    if not np.isfinite(view.mean(forward.a)).all():
        return f"{here}: some activations are not finite."
    if forward.layer < n_layers - 1:
        return f"{here}: {_hidden_words(view)}."
    return _guess(view) if view.has_classes else _answers(view)


def loss_words(view: BatchView) -> str:
    """Say how large the loss is, and what made the worst sample's."""
    records, rows, names, n = view.records, view.rows, view.classes, len(view.rows)
    assert records.loss is not None
    if not math.isfinite(view.loss):
        return f"The loss is not finite: {signed(view.loss)}."
    text, a = plain(view.loss, view.digits), records.forwards[-1].a
    worst = int(rows[records.loss.values[rows].argmax()])
    if not view.has_classes or view.labels is None:
        misses = _misses(view, a[worst] - records.loss.y[worst])
        if n == 1:
            return f"{misses.replace('the answer', 'The answer')}: loss {text}."
        return f"{text}, mean over {n} samples; worst is {view.name(worst)}: {misses}."
    label, guess = int(view.labels[worst]), int(a[worst].argmax())
    if n == 1:
        whose = "Your" if view.drawn else "The"
        return f"{whose} {names[label]} got {_share(view, a[worst, label])}: loss {text}."
    of_whom = "the batch" if n == len(view) else f"{n} {_samples(view)}"
    taken = f"taken for {with_article(names[guess])}"
    if guess == label:
        taken = f"read right with {_share(view, a[worst, label])}"
    return f"{text}, mean over {of_whom}; worst: {with_article(names[label])} {taken}."


def _hidden_words(view: BatchView) -> str:
    all_a = view.records.forwards[-1].a
    a, n_out = view.mean(all_a), all_a.shape[1]
    average = "" if len(view.rows) == 1 else "on average "
    rectifies = view.records.network.hidden.name in ("relu", "leaky_relu")
    strongest = int((a if rectifies and n_out > 1 else np.abs(a)).argmax())
    value = plain(a[strongest], view.digits)
    if n_out == 1:
        return f"{average}its one neuron answers {value}"
    if not rectifies:
        return f"{average}neuron {strongest + 1} answers strongest, {value}"
    fire = (all_a[view.rows] > 0).sum() / len(view.rows)
    if not fire:
        return f"none of the {n_out} neurons fires"
    many = f"{fire:.1f}".removesuffix(".0")
    verb = "fires" if fire == 1 else "fire"
    most = "" if fire == 1 and not average else " the most"
    return f"{average}{many} of {n_out} neurons {verb}, neuron {strongest + 1}{most} ({value})"


def _guess(view: BatchView) -> str:
    a, rows, names = view.records.forwards[-1].a[view.rows], view.rows, view.classes
    guesses, n = a.argmax(axis=1), len(rows)
    if n == 1:
        says = f"It says {names[guesses[0]]} with {_share(view, a[0, guesses[0]])}"
        if view.labels is None:
            return f"{says}."
        label = int(view.labels[rows[0]])
        if guesses[0] == label:
            return f"{says}, and that is right."
        return f"{says}. {'You drew' if view.drawn else 'It is'} {with_article(names[label])}."
    counts = np.bincount(guesses)
    most = int(counts.argmax())
    whole = "both" if n == 2 else f"all {n}"
    share = whole if counts[most] == n else f"{counts[most]} of the {n}"
    says = f"It guesses {names[most]} for {share} {_samples(view)}"
    if view.labels is None or most == view.label:
        return f"{says}."
    right = int((guesses == view.labels[rows]).sum())
    return f"{says}; {right or 'none'} of the {n} {'is' if right < 2 else 'are'} right."


def _answers(view: BatchView) -> str:
    a, digits, n = view.records.forwards[-1].a[view.rows], view.digits, len(view.rows)
    if a.shape[1] == 1 and n <= 4:
        return f"It answers {_list([plain(value, digits) for value in a[:, 0]])}."
    answer = a.mean(axis=0)
    it = "It answers" if n == 1 else f"On average over {n} samples it answers"
    if len(answer) == 1:
        return f"{it} {plain(answer[0], digits)}."
    if len(answer) > 3:
        strongest = int(answer.argmax())
        value = plain(answer[strongest], digits)
        return f"{it} strongest at “{view.classes[strongest]}”: {value}."
    pairs = zip(view.classes, answer, strict=False)
    return f"{it} {_list([f'{name} = {plain(value, digits)}' for name, value in pairs])}."


def _misses(view: BatchView, misses: Array) -> str:
    """Say how far outputs : (n_out,) are from their targets; of many, the furthest."""
    shown = range(len(misses)) if len(misses) <= 2 else [int(np.abs(misses).argmax())]
    parts = []
    for row in shown:
        name = view.classes[row] if len(misses) > 1 else "the answer"
        side = "too high" if misses[row] > 0 else "too low"
        far = f"{plain(abs(misses[row]), view.digits)} {side}"
        parts.append(f"{name} is {far if misses[row] else 'right'}")
    return _list(parts)


def _samples(view: BatchView) -> str:
    noun = "pictures" if view.has_pictures else "samples"
    return noun if view.label is None else f"{noun} of {with_article(view.classes[view.label])}"


def _share(view: BatchView, a: float) -> str:
    """Write an output as what it is: a probability, or an activation."""
    if view.records.network.output.name != SOFTMAX.name:
        return f"a = {plain(a, view.digits)}"
    percent = 100 * float(a)
    if percent < 0.01:
        return "less than 0.01 %"
    if percent > 99.95:
        return "over 99.9 %"
    # As in the bars; but rounded so, a small share would hide what the loss is made of.
    return f"{percent:.1g} %" if percent < 1 else f"{percent:.1f} %"


def _list(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
