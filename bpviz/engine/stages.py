"""
One training step, stage by stage: the guess, the mistake, the blame, the fix.

Taking one stage is ``next()``, a whole batch is draining the iterator, and playing is draining one
after the other. `bpviz.engine.fast_lane` does the same by loops in C, and is tested against this.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from bpviz.engine.arrays import Array
from bpviz.engine.network import Network
from bpviz.engine.optimizers import Optimizer


class Forward(NamedTuple):
    """
    The forward pass of one layer.

    Attributes
    ----------
    layer
        Index of the layer, 0 being the first with weights.
    a_in : (N, n_in)
        What the layer was given.
    z : (N, n_out)
        Weighted inputs, a_in W + b.
    a : (N, n_out)
        Activations, f(z).
    """

    layer: int
    a_in: Array
    z: Array
    a: Array


class Loss(NamedTuple):
    """
    How wrong the outputs are.

    Attributes
    ----------
    value
        L, the mean of the samples' losses.
    values : (N,)
        L_n of each sample.
    y : (N, n_out)
        The targets.
    """

    value: float
    values: Array
    y: Array


class Backward(NamedTuple):
    """
    The backward pass of one layer.

    Attributes
    ----------
    layer
        Index of the layer, 0 being the first with weights.
    delta : (N, n_out)
        dL_n/dz of this layer: the error signal of every neuron, for each sample on its own.
    dW : (n_in, n_out)
        dL/dW, the mean over the samples of a_in times delta.
    db : (n_out,)
        dL/db, the mean over the samples of delta.
    gradient : (n_params,)
        dL/d(parameters), flat, of which dW and db are views. The parts of the layers that the
        backward pass has not reached yet are undefined.
    """

    layer: int
    delta: Array
    dW: Array
    db: Array
    gradient: Array


class Update(NamedTuple):
    """
    The change of the parameters.

    Attributes
    ----------
    gradient : (n_params,)
        dL/d(parameters), flat: every dW and db of this batch.
    step : (n_params,)
        What was added to the parameters.
    before : (n_params,)
        The parameters that it was added to.
    """

    gradient: Array
    step: Array
    before: Array


Stage: TypeAlias = Forward | Loss | Backward | Update


def stages(
    network: Network,
    x: Array,
    y: Array,
    optimizer: Optimizer | None = None,
    train_biases: bool = True,
) -> Iterator[Stage]:
    """
    Train on one batch, yielding each stage when it is done.

    The formulas are the four of Nielsen, Neural Networks and Deep Learning, 2015, chapter 2, for
    a batch of row vectors. Records are never overwritten by later batches.

    Parameters
    ----------
    network
        Its parameters change in the update and not before.
    x : (N, n_in)
        Inputs.
    y : (N, n_out)
        Targets.
    optimizer
        Makes a step of the gradient. Without one there is no update.
    train_biases
        Whether the update moves the biases too.

    Yields
    ------
    Stage
        `Forward` of the first layer to the last, `Loss`, `Backward` of the last layer to the
        first, `Update`.
    """
    forwards = []
    a = x
    for index, layer in enumerate(network.layers):
        a_in = a
        z, a = layer.forward(a_in)
        forwards.append(Forward(index, a_in, z, a))
        yield forwards[-1]

    values = network.loss.values(network.output, z, a, y)
    yield Loss(float(values.mean()), values, y)

    gradient = np.empty_like(network.params)
    parts = network.split(gradient)
    for index, a_in, z, a in reversed(forwards):
        if index == len(forwards) - 1:
            delta = network.loss.delta(network.output, z, a, y)
        else:
            above = network.layers[index + 1]
            delta = network.layers[index].activation.pull_back(z, a, above.pull_back(delta))
        network.layers[index].gradient(a_in, delta, parts[index])
        yield Backward(index, delta, *parts[index], gradient)

    if optimizer is not None:
        step = make_step(network, gradient, optimizer, train_biases)
        before = network.params.copy()
        network.params += step
        yield Update(gradient, step, before)


def make_step(
    network: Network, gradient: Array, optimizer: Optimizer, train_biases: bool = True
) -> Array:
    """
    Return what the update adds to the parameters : (n_params,). The network is not changed.

    Parameters
    ----------
    network
        Its weights may decay.
    gradient : (n_params,)
        dL/d(parameters), flat.
    optimizer
        Its moments take note of the gradient.
    train_biases
        Whether the step moves the biases too.
    """
    step = optimizer.step(network, gradient)
    if not train_biases:
        for part in network.split(step):
            part.b[:] = 0
    return step
