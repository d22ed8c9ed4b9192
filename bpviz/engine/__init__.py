"""
The textbook: a network, the stages of a batch, optimisers, and a numerical check. Only numpy.

Everything here is what trains in the window too; nothing is copied for show.
"""

from bpviz.engine import fast_lane
from bpviz.engine.activations import HIDDEN_ACTIVATIONS, OUTPUT_ACTIVATIONS, SOFTMAX, Activation
from bpviz.engine.arrays import Array
from bpviz.engine.chain_rule import (
    DeltaTerms,
    HiddenDelta,
    OutputDelta,
    SoftmaxDelta,
    Ways,
    WeightTerms,
    delta_terms,
    strongest,
    ways_to_raise,
    weight_terms,
)
from bpviz.engine.check import (
    EPSILONS,
    Check,
    GradientCheck,
    check_gradients,
    check_parameters,
    sweep_epsilon,
)
from bpviz.engine.initializers import INITIALIZERS
from bpviz.engine.losses import LOSSES, LossFunction, demand_fit
from bpviz.engine.network import Dense, LayerArrays, Network, parameter_count
from bpviz.engine.nudge import loss_along
from bpviz.engine.optimizers import (
    OPTIMIZERS,
    SGD,
    USUAL_LEARNING_RATES,
    Adam,
    Optimizer,
    RMSProp,
)
from bpviz.engine.parameter_place import Place, flat_index, locate
from bpviz.engine.records import Records, Rows, blame_input, collect, read
from bpviz.engine.stages import Backward, Forward, Loss, Stage, Update, make_step, stages
from bpviz.engine.step_terms import Term

__all__ = [
    "EPSILONS",
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
    "Check",
    "DeltaTerms",
    "Dense",
    "Forward",
    "GradientCheck",
    "HiddenDelta",
    "LayerArrays",
    "Loss",
    "LossFunction",
    "Network",
    "Optimizer",
    "OutputDelta",
    "Place",
    "RMSProp",
    "Records",
    "Rows",
    "SoftmaxDelta",
    "Stage",
    "Term",
    "Update",
    "Ways",
    "WeightTerms",
    "blame_input",
    "check_gradients",
    "check_parameters",
    "collect",
    "delta_terms",
    "demand_fit",
    "fast_lane",
    "flat_index",
    "locate",
    "loss_along",
    "make_step",
    "parameter_count",
    "read",
    "stages",
    "strongest",
    "sweep_epsilon",
    "ways_to_raise",
    "weight_terms",
]
