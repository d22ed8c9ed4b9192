"""
The textbook: a network, the stages of a batch, optimisers, and a numerical check. Only numpy.

Everything here is what trains in the window too; nothing is copied for show.
"""

from bpviz.engine.activations import HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS, SOFTMAX, Activation
from bpviz.engine.arrays import Array
from bpviz.engine.check import GradientCheck, central_difference, check_gradients
from bpviz.engine.initializers import INITIALIZERS
from bpviz.engine.losses import LOSSES, LossFunction, demand_fit
from bpviz.engine.network import Dense, Network, parameter_count
from bpviz.engine.optimizers import (
    OPTIMIZERS,
    SGD,
    USUAL_LEARNING_RATES,
    Adam,
    Optimizer,
    RMSProp,
)
from bpviz.engine.stages import Backward, Forward, Loss, Stage, Update, stages
from bpviz.engine.trace import Trace, trace_input, trace_sample

__all__ = [
    "HIDDEN_ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "OUTPUT_ACTIVATIONS",
    "SGD",
    "SOFTMAX",
    "USUAL_LEARNING_RATES",
    "Activation",
    "Adam",
    "Array",
    "Backward",
    "Dense",
    "Forward",
    "GradientCheck",
    "Loss",
    "LossFunction",
    "Network",
    "Optimizer",
    "RMSProp",
    "Stage",
    "Trace",
    "Update",
    "central_difference",
    "check_gradients",
    "demand_fit",
    "parameter_count",
    "stages",
    "trace_input",
    "trace_sample",
]
