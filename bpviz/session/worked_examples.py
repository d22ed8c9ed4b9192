"""Tiny networks with fixed weights, whose numbers can be compared with a textbook's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bpviz.data import Table, Task
from bpviz.data.task import Floats
from bpviz.session.settings import Settings


@dataclass(frozen=True, eq=False)
class WorkedExample:
    """
    A calculation to follow number by number.

    Attributes
    ----------
    key
        A word for menus and options.
    title
        As on screen.
    text
        What it is and what to compare, in paragraphs.
    task
        Its samples, in float64, and the weights it starts with.
    settings
        The rest of the experiment.
    hidden_names
        What the source calls the hidden neurons, the first layer first. `Task.inputs` and
        `Task.classes` name the others.
    parameter_names
        What the source calls the parameters, in the order of `bpviz.engine.Network.params`.
    source
        Where the calculation can be read.
    """

    key: str
    title: str
    text: str
    task: Task
    settings: Settings
    hidden_names: tuple[str, ...]
    parameter_names: tuple[str, ...]
    source: str


def _task(
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    samples: Sequence[tuple[Sequence[float], Sequence[float]]],
    start: Sequence[float],
    train_biases: bool = True,
) -> Task:
    x, y = (_fixed(part) for part in zip(*samples, strict=True))
    return Task(
        outputs,
        inputs,
        Table(x, y),
        start=_fixed(start),
        dtype=np.dtype(np.float64),
        train_biases=train_biases,
    )


def _fixed(values: Sequence[float] | Sequence[Sequence[float]]) -> Floats:
    array = np.array(values, np.float64)
    array.flags.writeable = False
    return array


CHAIN = WorkedExample(
    key="chain",
    title="A chain of four neurons",
    text=(
        "One neuron a layer, as in 3Blue1Brown’s chapter on the calculus of backpropagation. With "
        "these weights, which are ours, the last two activations are the 0.48 and 0.66 seen there, "
        "and y = 1.00 is wanted.\n\n"
        "Compare with w(L) = w3:\n"
        "∂L/∂w3 = a(L−1) · σ′(z(L)) · (a(L) − y)\n"
        "The cost there is (a − y)², without the half used here: it and its derivatives are twice "
        "ours."
    ),
    task=_task(
        inputs=("a(L−3)",),
        outputs=("a(L)",),
        samples=[([0.4], [1.0])],
        start=(1.5, -0.4, -1.2, 0.58, 1.8, -0.2),
    ),
    settings=Settings(
        hidden=(1, 1),
        activation="sigmoid",
        output="sigmoid",
        loss="squared_error",
        learning_rate=1.0,
        batch_size=1,
    ),
    hidden_names=("a(L−2)", "a(L−1)"),
    parameter_names=("w1", "b1", "w2", "b2", "w3", "b3"),
    source="3Blue1Brown, “Backpropagation calculus”, Deep Learning, chapter 4, 2017",
)

TWO_TWO_TWO = WorkedExample(
    key="2-2-2",
    title="Two inputs, two hidden, two outputs",
    text=(
        "Matt Mazur’s step by step example: sigmoid neurons, half the squared error summed over "
        "both outputs, learning rate 0.5, biases that stay. Both neurons of a layer share one bias "
        "there; here each has its own.\n\n"
        "Compare after one batch:\n"
        "E = 0.298371109\n"
        "∂E/∂w5 = 0.08216704, w5 → 0.35891648\n"
        "∂E/∂w1 = 0.00043857, w1 → 0.14978072\n"
        "In the next batch E is 0.291027774. The article’s 0.291027924 has the blame go back "
        "through w5 to w8 when they have been moved already."
    ),
    task=_task(
        inputs=("i1", "i2"),
        outputs=("o1", "o2"),
        samples=[([0.05, 0.10], [0.01, 0.99])],
        start=(0.15, 0.25, 0.20, 0.30, 0.35, 0.35, 0.40, 0.50, 0.45, 0.55, 0.60, 0.60),
        train_biases=False,
    ),
    settings=Settings(
        hidden=(2,),
        activation="sigmoid",
        output="sigmoid",
        loss="squared_error",
        learning_rate=0.5,
        batch_size=1,
    ),
    hidden_names=("h1", "h2"),
    # w1 and w2 lead into h1, w3 and w4 into h2; ours are ordered by where they lead from.
    parameter_names=(
        *("w1", "w3", "w2", "w4", "b1 (h1)", "b1 (h2)"),
        *("w5", "w7", "w6", "w8", "b2 (o1)", "b2 (o2)"),
    ),
    source=(
        "Matt Mazur, “A Step by Step Backpropagation Example”, 2015, "
        "mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example"
    ),
)

XOR = WorkedExample(
    key="xor",
    title="XOR: one or the other, not both",
    text=(
        "No network without hidden neurons can learn this. The hidden neurons are tanh, with "
        "f′(z) = 1 − a²; the output is a sigmoid, with f′(z) = a (1 − a); learning rate 2. All "
        "four samples make one batch: E and the gradients are means over them.\n\n"
        "Compare: h1 = tanh(i1 − i2) and h2 = tanh(½ i1 − i2), so that for 0, 0 both are 0 and the "
        "output is exactly ½. Then play: after some hundred batches every output is close to its "
        "target."
    ),
    task=_task(
        inputs=("i1", "i2"),
        outputs=("o",),
        samples=[([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])],
        start=(1.0, 0.5, -1.0, -1.0, 0.0, 0.0, 1.0, -1.0, 0.0),
    ),
    settings=Settings(
        hidden=(2,),
        activation="tanh",
        output="sigmoid",
        loss="squared_error",
        learning_rate=2.0,
        batch_size=4,
    ),
    hidden_names=("h1", "h2"),
    parameter_names=("w1", "w3", "w2", "w4", "b1", "b2", "w5", "w6", "b3"),
    source="Minsky & Papert, Perceptrons, 1969; the weights to start with are ours",
)

WORKED_EXAMPLES = (CHAIN, TWO_TWO_TWO, XOR)
