"""
What is said in formulas about the four stages of a batch, and the same with its numbers.

Numbers are means over the samples looked at. Nothing is said of a stage but what it computed.
"""

from collections.abc import Sequence

import numpy as np

from bpviz.engine import SOFTMAX, Array, LayerArrays
from bpviz.views.batch_view import BatchView
from bpviz.views.numbers import as_factor, as_summand, plain, signed
from bpviz.views.stage_progress import StageName, nobody, reached

BEFORE_THE_FIRST: dict[StageName, str] = {
    "forward": "z = a·W + b, a = f(z), layer by layer",
    "loss": "L(a, y): outputs a against targets y",
    "backward": "δ = ∂L/∂z = f′(z)·Σ w·δ, ∂L/∂w = mean(a·δ)",
}

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def formula(stage: StageName, view: BatchView | None, rule: str) -> str:
    """
    Return a stage's formula in one line, and below it the same with numbers of the batch.

    Parameters
    ----------
    stage
        Which.
    view
        The batch and whose mean is looked at; None before the first batch.
    rule
        The optimiser's formula, such as ``"w ← w − 0.1·∂L/∂w"``.
    """
    if view is None:
        return rule if stage == "update" else BEFORE_THE_FIRST[stage]
    with np.errstate(over="ignore", invalid="ignore"):
        if stage == "update":
            return _update_formula(view, rule)
        general, numbers = {
            "forward": (_forward_formula, _forward_numbers),
            "loss": (_loss_formula, _loss_numbers),
            "backward": (_backward_formula, _backward_numbers),
        }[stage]
        if stage == "loss" and view.records.y is None:
            return f"{general(view)}; y is not known"
        if not reached(stage, view):
            return f"Not yet: {general(view)}"
        return f"{general(view)}\n{nobody(view) or numbers(view)}"


def _forward_formula(view: BatchView) -> str:
    layer = max(len(view.records.forwards) - 1, 0)
    return f"z = a·W + b, a = {view.records.network.layers[layer].activation.label}(z)"


def _loss_formula(view: BatchView) -> str:
    network, meaning = view.records.network, ""
    if network.loss.name == "squared_error":
        each = "½·Σ(a − y)²"
    elif network.output.name != SOFTMAX.name:
        each = "−Σ(y·ln a + (1−y)·ln(1−a))"
    elif view.has_classes:
        each, meaning = "−ln p", ", p of the right class"
    else:
        each = "−Σ y·ln a"
    return f"L = {each if len(view.rows) == 1 else f'mean({each})'}{meaning}"


def _backward_formula(view: BatchView) -> str:
    network, backwards = view.records.network, view.records.backwards
    if backwards and backwards[-1].layer < len(network.layers) - 1:
        return BEFORE_THE_FIRST["backward"].replace("∂L/∂z = ", "")
    if network.loss.name == "cross_entropy":
        return "δ = ∂L/∂z = a − y, ∂L/∂w = mean(a·δ)"
    if network.output.name == SOFTMAX.name:
        return "δ = a·(e − Σ a·e), e = a − y"
    return "δ = ∂L/∂z = f′(z)·(a − y)"


def _forward_numbers(view: BatchView) -> str:
    forward, digits = view.records.forwards[-1], view.digits
    layer = view.records.network.layers[forward.layer]
    a_in, z, a = (view.mean(x) for x in (forward.a_in, forward.z, forward.a))
    row = int(np.abs(a).argmax())
    # The mean of z is the sum of mean inputs: z is linear in them.
    terms = _sum(a_in, layer.W[:, row], digits)
    mean = "" if len(view.rows) == 1 else "mean "
    where, n = _place(view, forward.layer, row)
    return (
        f"{where}{mean}z{n} = {terms} {as_summand(layer.b[row], digits)} "
        f"= {plain(z[row], digits)}, {mean}a{n} = {plain(a[row], digits)}"
    )


def _loss_numbers(view: BatchView) -> str:
    records, rows, digits = view.records, view.rows, view.digits
    assert records.loss is not None
    value = plain(view.loss, digits)
    if len(rows) > 1:
        return f"L = {_mean_of(records.loss.values[rows], digits)} = {value}"
    a, y = records.forwards[-1].a[rows[0]], records.loss.y[rows[0]]
    if records.network.loss.name == "squared_error":
        shown = range(len(a)) if len(a) <= 2 else [int(np.abs(a - y).argsort()[-1])]
        terms = [f"({plain(a[row], digits)} {as_summand(-y[row], digits)})²" for row in shown]
        rest = " + …" if len(a) > 2 else ""
        return f"L = ½·({' + '.join(terms)}{rest}) = {value}"
    if records.network.output.name == SOFTMAX.name and view.has_classes:
        assert view.labels is not None
        return f"L = −ln {plain(a[view.labels[rows[0]]], digits)} = {value}"
    return f"L = {value}"


def _backward_numbers(view: BatchView) -> str:
    records, rows, digits = view.records, view.rows, view.digits
    backward, network = records.backwards[-1], records.network
    index, n = backward.layer, rows[0]
    layer, forward = network.layers[index], records.forwards[index]
    delta = view.mean(backward.delta)
    row = int(np.abs(delta).argmax())
    here, value = "δ".join(_place(view, index, row)), f"= {signed(delta[row], digits)}"
    if len(rows) > 1:
        return f"{here} = {_mean_of(backward.delta[rows, row], digits)} {value}"
    above = None if index == len(network.layers) - 1 else records.backward(index + 1)
    if above is not None:
        inner = _sum(network.layers[index + 1].W[row], above.delta[n], digits)
    else:
        assert records.loss is not None
        a, y = forward.a[n, row], records.loss.y[n, row]
        inner = f"{plain(a, digits)} {as_summand(-y, digits)}"
        if network.loss.name == "cross_entropy":
            return f"{here} = {inner} {value}"
    slope = layer.activation.derivative
    if slope is None:
        return f"{here} {value}"
    f_prime = plain(slope(forward.z[n], forward.a[n])[row], digits)
    return f"{here} = {f_prime}·({inner}) {value}"


def _update_formula(view: BatchView, rule: str) -> str:
    records, digits, network = view.records, view.digits, view.records.network
    update, gradient = records.update, records.gradient
    if gradient is None:
        return f"Not yet: {rule}"
    parts = network.split(gradient if update is None else update.step)
    layer, start, end = _strongest_weight(parts)
    g = signed(network.split(gradient)[layer].W[start, end], digits)
    w = network.layers[layer].W[start, end]
    to = f"“{view.classes[end]}”" if layer == len(parts) - 1 else f"{end + 1}"
    where = f"Layer {layer + 1}, {start + 1} → {to}"
    if update is None:
        return f"{rule}\n{where}: w = {plain(w, digits)}, ∂L/∂w = {g}"
    step = parts[layer].W[start, end]
    return (
        f"{rule}\n{where}, ∂L/∂w = {g}: "
        f"w ← {plain(w, digits)} {as_summand(step, digits)} = {plain(w + step, digits)}"
    )


def _place(view: BatchView, layer: int, row: int) -> tuple[str, str]:
    """Say which neuron a formula is of: words before it, and an index of its letters."""
    if layer == len(view.records.network.layers) - 1:
        return f"“{view.classes[row]}”: ", ""
    return f"Layer {layer + 1}: ", str(row + 1).translate(_SUBSCRIPTS)


def _sum(a: Array, b: Array, digits: int) -> str:
    """Write the sum of a times b, both (n,): both terms of two, of more the strongest."""
    shown = range(len(a)) if len(a) <= 2 else [int(np.abs(a * b).argmax())]
    terms = [f"{plain(a[row], digits)}·{as_factor(b[row], digits)}" for row in shown]
    return " + ".join([*terms, "…"] if len(a) > 2 else terms)


def _mean_of(values: Array, digits: int) -> str:
    """Write the mean of values : (n,), of which the strongest are named."""
    order = np.abs(values).argsort()[::-1][: 4 if len(values) <= 4 else 2]
    first, *others = (float(values[place]) for place in sorted(order))
    rest = "".join(f" {as_summand(value, digits)}" for value in others)
    return f"({plain(first, digits)}{rest}{' + …' if len(values) > 4 else ''}) / {len(values)}"


def _strongest_weight(parts: Sequence[LayerArrays]) -> tuple[int, int, int]:
    """Return the layer, start and end, all from 0, of the weight with the largest magnitude."""
    best = [int(np.abs(part.W).argmax()) for part in parts]
    tops = [abs(part.W.flat[place]) for part, place in zip(parts, best, strict=True)]
    layer = int(np.argmax(tops))
    start, end = divmod(best[layer], parts[layer].W.shape[1])
    return layer, start, end
