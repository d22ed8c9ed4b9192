"""What is said of the samples of a batch in its strip: a few words in a cell, more in its tip."""

from typing import Literal, NamedTuple

import numpy as np

from bpviz.engine import SOFTMAX, Array
from bpviz.views.batch_view import BatchView
from bpviz.views.guess_words import with_article
from bpviz.views.numbers import plain

Tone = Literal["quiet", "strong", "wrong", "not_finite"]


class Line(NamedTuple):
    """One line of words in a cell, and how it is written."""

    text: str
    tone: Tone


def cell_words(view: BatchView, cell: int) -> list[Line]:
    """Return what stands in a cell; 0 is the mean, or the drawing, i the i-th sample."""
    if view.drawn:
        return [Line("your drawing", "strong")]
    if cell == 0:
        return _mean_words(view)
    name, outputs = Line(view.name(cell - 1), "strong"), _outputs(view, cell - 1)
    finite = outputs is None or bool(np.isfinite(outputs).all())
    if view.labels is None:
        words = [name]
        if view.records.y is not None:
            words.append(Line(f"target {_numbers(view.records.y[cell - 1])}", "quiet"))
        if outputs is not None:
            words.append(Line(f"guess {_numbers(outputs)}", "quiet" if finite else "not_finite"))
        return words
    label = int(view.labels[cell - 1])
    word = Line(view.classes[label], "quiet")
    if not finite:
        word = Line("NaN", "not_finite")  # the label beside it would not fit
    elif outputs is not None and outputs.argmax() != label:
        word = Line(f"{word.text}→{view.classes[int(outputs.argmax())]}", "wrong")
    return [word] if view.has_pictures else [name, word]


def cell_tip(view: BatchView, cell: int) -> str:
    """Describe a cell in a sentence."""
    if cell == 0 and not view.drawn:
        whose = f" labelled {view.classes[view.label]}" if view.label is not None else ""
        n = _n_looked_at(view)
        return f"the mean of {n:,} sample{'s' if n != 1 else ''}{whose}"
    records, sample = view.records, 0 if view.drawn else cell - 1
    parts = []
    if view.labels is not None:
        parts.append(with_article(view.classes[int(view.labels[sample])]))
    elif records.y is not None:
        parts.append(f"target {_numbers(records.y[sample])}")
    parts.append(_guess(view, _outputs(view, sample)))
    if records.loss is not None:
        parts.append(f"loss {plain(float(records.loss.values[sample]), view.digits)}")
    return f"{view.name(sample)}: {', '.join(parts)}"


def is_left_out(view: BatchView, cell: int) -> bool:
    """Return whether a cell is a sample's while those of another label are looked at."""
    if not cell or view.label is None or view.labels is None:
        return False
    return int(view.labels[cell - 1]) != view.label


def _mean_words(view: BatchView) -> list[Line]:
    n, of, mean = _n_looked_at(view), len(view), Line("mean", "strong")
    if n == of:
        return [mean, Line(f"all {n:,}", "quiet")]
    if of < 1000:
        return [mean, Line(f"{n} of {of}", "quiet")]
    return [mean, Line(f"{n:,}", "quiet"), Line(f"of {of:,}", "quiet")]


def _n_looked_at(view: BatchView) -> int:
    """Return how many samples the mean is taken over, or would be."""
    if view.label is None or view.labels is None:
        return len(view)
    return int(np.count_nonzero(view.labels == view.label))


def _outputs(view: BatchView, sample: int) -> Array | None:
    """Return a sample's outputs : (n_out,), None before the forward pass is through."""
    last = view.records.forward(len(view.records.network.layers) - 1)
    if last is None:
        return None
    outputs: Array = last.a[sample]
    return outputs


def _guess(view: BatchView, outputs: Array | None) -> str:
    if outputs is None:
        return "not guessed yet"
    if not np.isfinite(outputs).all():
        return "its outputs are not numbers (NaN)"
    if view.labels is None and not view.drawn:
        return f"guessed {_numbers(outputs)}"
    best, is_share = float(outputs.max()), view.records.network.output is SOFTMAX
    sure = f"with {100 * best:.1f} %" if is_share else f"at {best:.2g}"
    return f"guessed {view.classes[int(outputs.argmax())]} {sure}"


def _numbers(values: Array) -> str:
    return ", ".join("NaN" if np.isnan(value) else f"{value:.3g}" for value in values)
