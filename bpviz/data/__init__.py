"""The digits to learn from, and ink: what a drawing looks like to a network. Knows no engine."""

from bpviz.data.ink import from_mnist, to_mnist
from bpviz.data.mnist import DataError, Mnist, Split, as_input, load_mnist

__all__ = ["DataError", "Mnist", "Split", "as_input", "from_mnist", "load_mnist", "to_mnist"]
