"""
A derivative opened into the factors that the chain rule made it of.

The factors are the recorded numbers of the batch, the products and sums of them float64. Results
(a gradient, a delta) are the recorded ones, so that what is shown is what trains: in a float32
network they differ from the products and sums by float32 rounding.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpviz.engine.arrays import Array
from bpviz.engine.losses import CROSS_ENTROPY
from bpviz.engine.records import Records, Rows

Floats: TypeAlias = NDArray[np.float64]


class WeightTerms(NamedTuple):
    """
    The derivative of the loss by one weight or bias: the mean of a times delta.

    Attributes
    ----------
    a : (n,)
        What each sample sends along the weight; 1 for a bias.
    delta : (n,)
        dL_n/dz of the neuron that it leads to.
    product : (n,)
        a * delta, each sample's own dL_n/dw.
    gradient
        dL/dw, their mean.
    """

    a: Floats
    delta: Floats
    product: Floats
    gradient: float


def weight_terms(
    records: Records, layer: int, start: int | None, end: int, rows: Rows
) -> WeightTerms | None:
    """
    Open the gradient of one parameter, see `bpviz.engine.Place`.

    Parameters
    ----------
    records
        The batch.
    layer, start, end
        Where the weight stands; a start of None means the bias.
    rows : (n,)
        The samples looked at.

    Returns
    -------
    WeightTerms or None
        None if the backward pass has not reached the layer, or if there are no rows.
    """
    backward = records.backward(layer)
    if backward is None or not len(rows):
        return None
    a_in = records.forwards[layer].a_in
    a = np.ones(len(rows)) if start is None else a_in[rows, start].astype(np.float64)
    delta = backward.delta[rows, end].astype(np.float64)
    product = a * delta
    if len(rows) == len(records.x):
        gradient = float(backward.db[end] if start is None else backward.dW[start, end])
    else:
        gradient = float(product.mean())
    return WeightTerms(a, delta, product, gradient)


class HiddenDelta(NamedTuple):
    """
    delta of a hidden neuron for one sample: f'(z) times what the next layer blames it for.

    Attributes
    ----------
    slope
        f'(z).
    weights, deltas, products : (n_next,)
        The weight to each neuron of the next layer, that neuron's delta, and weight * delta.
    total
        Sum of the products: dL_n/da.
    delta
        dL_n/dz = slope * total.
    """

    slope: float
    weights: Floats
    deltas: Floats
    products: Floats
    total: float
    delta: float


class OutputDelta(NamedTuple):
    """
    delta of an output for one sample: how far it is off.

    Attributes
    ----------
    a, y
        Output and target.
    target_sum
        What a weighs: the sum of the targets for cross-entropy on softmax, which is 1 if they
        are probabilities; else 1.
    error
        target_sum * a - y.
    slope
        f'(z); None for cross-entropy, where it cancels out.
    delta
        dL_n/dz = slope * error, or the error itself.
    """

    a: float
    y: float
    target_sum: float
    error: float
    slope: float | None
    delta: float


class SoftmaxDelta(NamedTuple):
    """
    delta of a softmax output under squared error for one sample; every output has a part in it.

    Attributes
    ----------
    a, y
        Output and target.
    error
        a - y.
    activations, errors, products : (n_out,)
        a_k, a_k - y_k and a_k * (a_k - y_k) of all outputs.
    total
        Sum of the products.
    delta
        dL_n/dz = a * (error - total).
    """

    a: float
    y: float
    error: float
    activations: Floats
    errors: Floats
    products: Floats
    total: float
    delta: float


DeltaTerms: TypeAlias = HiddenDelta | OutputDelta | SoftmaxDelta


def delta_terms(records: Records, layer: int, neuron: int, sample: int) -> DeltaTerms | None:
    """
    Open the delta of one neuron for one sample of the batch.

    Returns
    -------
    DeltaTerms or None
        None if the backward pass has not reached the layer.
    """
    backward, loss = records.backward(layer), records.loss
    if backward is None or loss is None:
        return None
    forward, network = records.forwards[layer], records.network
    activation = network.layers[layer].activation
    delta = float(backward.delta[sample, neuron])
    slope = None
    if activation.derivative is not None:
        # In the records' own precision: 1 - a^2 of a nearly saturated neuron depends on it.
        slope = float(activation.derivative(forward.z[sample], forward.a[sample])[neuron])

    above = records.backward(layer + 1) if layer + 1 < len(network.layers) else None
    if above is not None and slope is not None:
        weights = network.layers[layer + 1].W[neuron].astype(np.float64)
        deltas = above.delta[sample].astype(np.float64)
        products = weights * deltas
        return HiddenDelta(slope, weights, deltas, products, float(products.sum()), delta)

    activations, targets = (array[sample].astype(np.float64) for array in (forward.a, loss.y))
    a, y = float(activations[neuron]), float(targets[neuron])
    if network.loss.name == CROSS_ENTROPY.name:
        target_sum = float(targets.sum()) if slope is None else 1.0
        return OutputDelta(a, y, target_sum, target_sum * a - y, None, delta)
    if slope is not None:
        return OutputDelta(a, y, 1.0, a - y, slope, delta)
    errors = activations - targets
    products = activations * errors
    return SoftmaxDelta(a, y, a - y, activations, errors, products, float(products.sum()), delta)


class Ways(NamedTuple):
    """
    Two of the three ways to raise a neuron's z; the third is its bias, each bit of which is one.

    After 3Blue1Brown, What is backpropagation really doing?, 2017.

    Attributes
    ----------
    activations : (n_in,)
        Incoming activations, mean over the samples looked at: what one more of each weight adds.
    weights : (n_in,)
        Incoming weights: what one more of each incoming activation adds.
    """

    activations: Floats
    weights: Floats


def ways_to_raise(records: Records, layer: int, neuron: int, rows: Rows) -> Ways | None:
    """
    Return what a neuron's z can be raised with, by how much it helps.

    Parameters
    ----------
    records
        The batch.
    layer, neuron
        Which one, both from 0.
    rows : (n,)
        The samples looked at.

    Returns
    -------
    Ways or None
        None if the forward pass has not reached the layer, or if there are no rows.
    """
    forward = records.forward(layer)
    if forward is None or not len(rows):
        return None
    weights = records.network.layers[layer].W[:, neuron].astype(np.float64)
    return Ways(forward.a_in[rows].mean(axis=0, dtype=np.float64), weights)


def strongest(values: Array, count: int) -> Rows:
    """Return the indices of the values of the largest magnitude, that one first; NaN last."""
    return np.argsort(-np.abs(values), kind="stable")[:count]
