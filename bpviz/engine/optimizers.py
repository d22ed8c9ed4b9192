"""What is made of the gradient: the step that is added to the parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np

from bpviz.engine.arrays import Array
from bpviz.engine.network import Network


class Optimizer(Protocol):
    """
    Makes a step of each gradient. Its settings may be changed between two steps.

    Attributes
    ----------
    learning_rate
        eta, how far to go.
    weight_decay
        lambda: before each step every weight, but no bias, shrinks by eta * lambda of itself. It
        stands beside the gradient and not in it, so that Adam's scaling does not touch it
        (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019); for plain gradient
        descent that is the same as an L2 penalty.
    """

    learning_rate: float
    weight_decay: float

    def step(self, network: Network, gradient: Array) -> Array:
        """
        Return the step for a gradient.

        Parameters
        ----------
        network
            Whose weights decay. It is not changed.
        gradient : (n_params,)
            dL/d(parameters), flat.

        Returns
        -------
        (n_params,)
            What to add to the parameters.
        """


def _decayed(step: Array, network: Network, rate: float) -> Array:
    if rate:
        for part, layer in zip(network.split(step), network.layers, strict=True):
            part.W[:] -= rate * layer.W
    return step


@dataclass
class SGD:
    """
    Gradient descent: step = -eta g; with momentum v = mu v + g and step = -eta v.

    Nesterov looks ahead along the velocity: step = -eta (g + mu v), in the form of Sutskever et
    al., On the importance of initialization and momentum in deep learning, 2013, that needs the
    gradient only where the parameters are.
    """

    learning_rate: float = 0.1
    weight_decay: float = 0.0
    momentum: float = 0.0
    nesterov: bool = False
    velocity: Array | None = field(default=None, repr=False)

    def step(self, network: Network, gradient: Array) -> Array:
        direction = gradient
        if self.momentum:
            if self.velocity is None:
                self.velocity = np.zeros_like(gradient)
            self.velocity *= self.momentum
            self.velocity += gradient
            direction = self.velocity
            if self.nesterov:
                direction = gradient + self.momentum * self.velocity
        step = -self.learning_rate * direction
        return _decayed(step, network, self.learning_rate * self.weight_decay)


@dataclass
class RMSProp:
    """v = rho v + (1 - rho) g^2, step = -eta g / (sqrt(v) + epsilon) (Hinton, lecture 6e, 2012)."""

    learning_rate: float = 0.001
    weight_decay: float = 0.0
    rho: float = 0.9
    epsilon: float = 1e-8
    v: Array | None = field(default=None, repr=False)

    def step(self, network: Network, gradient: Array) -> Array:
        if self.v is None:
            self.v = np.zeros_like(gradient)
        self.v *= self.rho
        self.v += (1 - self.rho) * np.square(gradient)
        step = -self.learning_rate * gradient / (np.sqrt(self.v) + self.epsilon)
        return _decayed(step, network, self.learning_rate * self.weight_decay)


@dataclass
class Adam:
    """
    Moments m and v of the gradient, each corrected for having started at zero.

    m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
    step = -eta (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
    (Kingma and Ba, Adam, 2015, algorithm 1).
    """

    learning_rate: float = 0.001
    weight_decay: float = 0.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    t: int = 0
    m: Array | None = field(default=None, repr=False)
    v: Array | None = field(default=None, repr=False)

    def step(self, network: Network, gradient: Array) -> Array:
        if self.m is None or self.v is None:
            self.m, self.v = np.zeros_like(gradient), np.zeros_like(gradient)
        self.t += 1
        self.m *= self.beta1
        self.m += (1 - self.beta1) * gradient
        self.v *= self.beta2
        self.v += (1 - self.beta2) * np.square(gradient)
        denominator = np.sqrt(self.v / (1 - self.beta2**self.t)) + self.epsilon
        step = (-self.learning_rate / (1 - self.beta1**self.t)) * self.m / denominator
        return _decayed(step, network, self.learning_rate * self.weight_decay)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "nesterov": partial(SGD, momentum=0.9, nesterov=True),
    "rmsprop": RMSProp,
    "adam": Adam,
}

USUAL_LEARNING_RATES = {
    "sgd": 0.1,
    "momentum": 0.01,
    "nesterov": 0.01,
    "rmsprop": 0.001,
    "adam": 0.001,
}
"""A rate at which each optimiser usually works; momentum adds up to ten times its steps."""
