"""What to learn from, and ink: what a drawing looks like to a network. Knows no engine."""

from bpviz.data.ink import from_mnist, to_mnist
from bpviz.data.mnist import DataError, Mnist, Split, as_input, digits, load_mnist
from bpviz.data.targets import CLASSES, one_hot
from bpviz.data.task import Samples, Table, Task

__all__ = [
    "CLASSES",
    "DataError",
    "Mnist",
    "Samples",
    "Split",
    "Table",
    "Task",
    "as_input",
    "digits",
    "from_mnist",
    "load_mnist",
    "one_hot",
    "to_mnist",
]
