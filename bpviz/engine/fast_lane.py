"""
The stages of `bpviz.engine.stages`, by loops in C, for networks in float32.

They give what the textbook gives but for rounding, several times faster: nothing of Python lies
between two batches, inputs that are zero are skipped, and Python's lock is free meanwhile. Whether
batches are taken stage by stage or many in one go, and how many, makes no difference, to the bit.
"""

import ctypes
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.engine.activations import LEAKY_RELU, LINEAR, RELU, SIGMOID, SOFTMAX, TANH
from bpviz.engine.arrays import Array
from bpviz.engine.losses import CROSS_ENTROPY, SQUARED_ERROR
from bpviz.engine.network import Network
from bpviz.engine.optimizers import SGD, Adam, Optimizer, RMSProp
from bpviz.engine.stages import Backward, Forward, Loss, Stage, Update
from bpviz.kernels.addresses import address
from bpviz.kernels.training import CNetwork, StoredSamples, c_samples, loops

# In the order of the enumerations of train.c.
_ACTIVATIONS = [f.name for f in (RELU, LEAKY_RELU, TANH, SIGMOID, LINEAR, SOFTMAX)]
_LOSSES = [loss.name for loss in (CROSS_ENTROPY, SQUARED_ERROR)]
_SGD, _MOMENTUM, _NESTEROV, _RMSPROP, _ADAM = range(5)

# Numbers of 4 bytes that fill a line of the processor's cache.
_ALIGNED = 16
# Samples that are evaluated together.
_AT_ONCE = 128


class Trained(NamedTuple):
    """
    What `train` did.

    Attributes
    ----------
    losses : (batches,) float32
        Of each batch, before its update.
    x : (N, n_in)
        Inputs of the last batch.
    y : (N, n_out)
        Its targets.
    stages
        All of it.
    """

    losses: NDArray[np.float32]
    x: Array
    y: Array
    stages: list[Stage]


def takes(network: Network) -> bool:
    """Return whether there are loops for a network."""
    return loops is not None and network.params.dtype == np.float32


def stages(
    network: Network, x: Array, y: Array, optimizer: Optimizer, train_biases: bool = True
) -> Iterator[Stage]:
    """Train on one batch of a network that `takes` accepts, see `bpviz.engine.stages.stages`."""
    n = len(x)
    samples = StoredSamples(None, None, _floats(x), None, _floats(y))
    work = _Work(network, n)
    work.take(samples, n)
    layers = range(len(network.layers))
    for layer in layers:
        work.loops.bp_forward(work.c, layer)
        yield work.forward(layer, n)
    yield work.loss(work.loops.bp_loss(work.c), n)
    for layer in reversed(layers):
        work.loops.bp_backward(work.c, layer)
        yield work.backward(layer, n)
    work.use(optimizer, train_biases)
    work.loops.bp_update(work.c)
    work.note(optimizer)
    yield work.update()


def train(
    network: Network,
    samples: StoredSamples,
    order: NDArray[np.int64],
    batch_size: int,
    optimizer: Optimizer,
    train_biases: bool = True,
) -> Trained:
    """
    Train on batches of a network that `takes` accepts, one after the other.

    Parameters
    ----------
    network
        Is trained.
    samples
        Where the batches are taken from.
    order : (n,)
        Numbers of the samples, in the order of training.
    batch_size
        Samples of a batch; the last one may have fewer.
    optimizer, train_biases
        See `bpviz.engine.stages.stages`.

    Returns
    -------
    Trained
        With fewer batches than asked for if something became NaN or infinite: it ends before the
        update of that batch, of which nothing is told. There are no stages then.
    """
    order = np.ascontiguousarray(order, np.int64)
    asked = -(-len(order) // batch_size)
    work = _Work(network, min(batch_size, len(order)))
    work.use(optimizer, train_biases)
    losses = np.empty(asked, np.float32)
    done = work.loops.bp_train(
        work.c, c_samples(samples), address(order), len(order), batch_size, address(losses)
    )
    work.note(optimizer)
    if done < asked:
        return Trained(losses[:done], work.x[:0], work.y[:0], [])
    n = work.c.n
    layers = range(len(network.layers))
    last: list[Stage] = [work.forward(layer, n) for layer in layers]
    last.append(work.loss(float(losses[-1]), n))
    last += [work.backward(layer, n) for layer in reversed(layers)]
    last.append(work.update())
    return Trained(losses, work.x[:n], work.y[:n], last)


def evaluate(
    network: Network, samples: StoredSamples, order: NDArray[np.int64]
) -> tuple[float, int]:
    """
    Try a network that `takes` accepts on some samples.

    Parameters
    ----------
    network
        Is not changed.
    samples, order : (n,)
        Which samples.

    Returns
    -------
    tuple
        The sum of their losses, and for how many of them the largest output is the right one.
    """
    order, loss = np.ascontiguousarray(order, np.int64), ctypes.c_double()
    at_once = min(_AT_ONCE, len(order))
    work = _Work(network, at_once)
    right = work.loops.bp_evaluate(
        work.c, c_samples(samples), address(order), len(order), at_once, ctypes.byref(loss)
    )
    return loss.value, int(right)


def _floats(values: Array) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, np.float32)


class _Work:
    """The arrays that a batch of at most n samples is computed in, and the loops' view of them."""

    def __init__(self, network: Network, n: int) -> None:
        assert loops is not None
        self.loops = loops
        self._network = network
        sizes, n_params = network.sizes, network.params.size
        n_in, n_out, neurons, widest = sizes[0], sizes[-1], sum(sizes[1:]), max(sizes)
        self._sizes = np.array(sizes, np.int64)
        self.c = CNetwork(
            layers=len(network.layers),
            sizes=address(self._sizes),
            hidden=_ACTIVATIONS.index(network.hidden.name),
            output=_ACTIVATIONS.index(network.output.name),
            loss=_LOSSES.index(network.loss.name),
            params=address(network.params),
        )
        counts = {
            "rows": 2 * (n + 1),  # of 64 bits, as `columns` are; all others are of 32
            "columns": 2 * (n_in + 1),
            "where": n * n_in,
            "ink": n * n_in,
            "whose": n * n_in,
            "column_ink": n * n_in,
            "share": n * widest,
            "panel": max(widest, n) * loops.bp_panel_width(),
            "x": n * n_in,
            "y": n * n_out,
            "z": n * neurons,
            "a": n * neurons,
            "delta": n * neurons,
            "values": n,
            "gradient": n_params,
            "step": n_params,
            "before": n_params,
        }
        # All in one piece, since a small network is trained faster than so many arrays are made.
        room = np.empty(sum(counts.values()) + _ALIGNED * (len(counts) + 1), np.float32)
        start, parts = address(room), {}
        at = -(start // 4) % _ALIGNED
        for name, count in counts.items():
            setattr(self.c, name, start + 4 * at)
            parts[name] = room[at : at + count]
            at += -(-count // _ALIGNED) * _ALIGNED
        self.x, self.y = parts["x"].reshape(n, n_in), parts["y"].reshape(n, n_out)
        self._z, self._a, self._delta = parts["z"], parts["a"], parts["delta"]
        self._values = parts["values"]
        self._gradient, self._step, self._before = (
            parts[name] for name in ("gradient", "step", "before")
        )

    def take(self, samples: StoredSamples, n: int) -> None:
        """Make the first n samples the batch."""
        self.c.keeps = 1
        order = np.arange(n, dtype=np.int64)
        self.loops.bp_take(self.c, c_samples(samples), address(order), n)

    def use(self, optimizer: Optimizer, train_biases: bool) -> None:
        """Let the update follow an optimiser, whose moments it moves."""
        c, params = self.c, self._network.params
        c.learning_rate, c.weight_decay = optimizer.learning_rate, optimizer.weight_decay
        c.train_biases = train_biases
        if isinstance(optimizer, SGD):
            if not optimizer.momentum:
                c.optimizer = _SGD
                return
            if optimizer.velocity is None:
                optimizer.velocity = np.zeros_like(params)
            c.optimizer = _NESTEROV if optimizer.nesterov else _MOMENTUM
            c.momentum, c.moment = optimizer.momentum, address(optimizer.velocity)
        elif isinstance(optimizer, RMSProp):
            if optimizer.v is None:
                optimizer.v = np.zeros_like(params)
            c.optimizer, c.square = _RMSPROP, address(optimizer.v)
            c.square_decay, c.epsilon = optimizer.rho, optimizer.epsilon
        else:
            assert isinstance(optimizer, Adam)
            if optimizer.m is None or optimizer.v is None:
                optimizer.m, optimizer.v = np.zeros_like(params), np.zeros_like(params)
            c.optimizer, c.t = _ADAM, optimizer.t
            c.moment, c.square = address(optimizer.m), address(optimizer.v)
            c.momentum, c.square_decay = optimizer.beta1, optimizer.beta2
            c.epsilon = optimizer.epsilon

    def note(self, optimizer: Optimizer) -> None:
        """Tell an optimiser how many steps it has made."""
        if isinstance(optimizer, Adam):
            optimizer.t = self.c.t

    def _of_layer(self, flat: Array, layer: int, n: int) -> Array:
        sizes = self._network.sizes
        start, width = n * sum(sizes[1 : layer + 1]), sizes[layer + 1]
        return flat[start : start + n * width].reshape(n, width)

    def forward(self, layer: int, n: int) -> Forward:
        """Return the record of a layer's forward pass."""
        a_in = self.x[:n] if layer == 0 else self._of_layer(self._a, layer - 1, n)
        z, a = self._of_layer(self._z, layer, n), self._of_layer(self._a, layer, n)
        return Forward(layer, a_in, z, a)

    def loss(self, value: float, n: int) -> Loss:
        """Return the record of the loss."""
        return Loss(float(np.float32(value)), self._values[:n], self.y[:n])

    def backward(self, layer: int, n: int) -> Backward:
        """Return the record of a layer's backward pass."""
        delta = self._of_layer(self._delta, layer, n)
        part = self._network.split(self._gradient)[layer]
        return Backward(layer, delta, *part, self._gradient)

    def update(self) -> Update:
        """Return the record of the update."""
        return Update(self._gradient, self._step, self._before)
