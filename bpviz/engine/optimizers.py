"""What is made of the gradient: the step that is added to the parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from math import sqrt
from typing import Protocol

import numpy as np

from bpviz.engine.arrays import Array
from bpviz.engine.network import Network
from bpviz.engine.step_terms import Term, Writer


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

    def explain(self, g: float, w: float, index: int, is_bias: bool, digits: int = 4) -> list[Term]:
        """
        Take the next step of one parameter apart, without making it.

        Parameters
        ----------
        g
            dL/dw.
        w
            The parameter.
        index
            Its place in the flat array.
        is_bias
            Whether it does not decay.
        digits
            Significant digits of the numbers plugged in.

        Returns
        -------
        list of Term
            In the order of calculation, in float64. The last one is what `step` would add.
        """

    def rewound(self, gradient: Array, index: int) -> "Optimizer":
        """
        Return what knows of one parameter alone, as it was before the last step.

        Parameters
        ----------
        gradient : (n_params,)
            That the last step was made of.
        index
            The parameter's place in the flat array; in the optimiser returned it is 0.
        """


def _decayed(step: Array, network: Network, rate: float) -> Array:
    if rate:
        for part, layer in zip(network.split(step), network.layers, strict=True):
            part.W[:] -= rate * layer.W
    return step


def _moment(moment: Array | None, index: int) -> float:
    return 0.0 if moment is None else float(moment[index])


def _before(moment: Array | None, share: float, added: Array | float) -> Array | None:
    """Return a moment, (1,), before it became share * moment + added."""
    return None if moment is None else np.asarray((moment - added) / share)


def _mean_square(symbol: str, share: float, old: float, g: float, v: float, write: Writer) -> Term:
    return Term(
        "mean square",
        f"v ← {symbol}·v + (1 − {symbol})·g²",
        f"{share:g}·{write(old)} + (1 − {share:g})·{write(g)}²",
        v,
    )


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

    def explain(self, g: float, w: float, index: int, is_bias: bool, digits: int = 4) -> list[Term]:
        write, mu = Writer(digits), self.momentum
        terms = [write.given("gradient", "g", g)]
        symbol, direction = "g", g
        if mu:
            old = _moment(self.velocity, index)
            symbol, direction = "v", mu * old + g
            terms += [
                write.given("velocity before", "v", old),
                Term("velocity", "v ← μ·v + g", f"{mu:g}·{write(old)} + {write(g)}", direction),
            ]
            if self.nesterov:
                numbers = f"{write(g)} + {mu:g}·{write(direction)}"
                symbol, direction = "d", g + mu * direction
                terms.append(Term("look ahead", "d = g + μ·v", numbers, direction))
        eta = self.learning_rate
        step = Term("step", f"−η·{symbol}", f"−{eta:g}·{write(direction)}", -eta * direction)
        return terms + write.ending(step, w, eta, self.weight_decay, is_bias)

    def rewound(self, gradient: Array, index: int) -> "SGD":
        one = slice(index, index + 1)
        velocity = None if self.velocity is None else self.velocity[one]
        return replace(self, velocity=_before(velocity, self.momentum, gradient[one]))


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

    def explain(self, g: float, w: float, index: int, is_bias: bool, digits: int = 4) -> list[Term]:
        write, rho, eta = Writer(digits), self.rho, self.learning_rate
        old = _moment(self.v, index)
        v = rho * old + (1 - rho) * g * g
        scale = sqrt(v) + self.epsilon
        step = Term("step", "−η·g / s", f"−{eta:g}·{write(g)} / {write(scale)}", -eta * g / scale)
        return [
            write.given("gradient", "g", g),
            write.given("mean square before", "v", old),
            _mean_square("ρ", rho, old, g, v, write),
            Term("scale", "s = √v + ε", f"√{write(v)} + {self.epsilon:g}", scale),
            *write.ending(step, w, eta, self.weight_decay, is_bias),
        ]

    def rewound(self, gradient: Array, index: int) -> "RMSProp":
        one = slice(index, index + 1)
        v = None if self.v is None else self.v[one]
        return replace(self, v=_before(v, self.rho, (1 - self.rho) * np.square(gradient[one])))


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

    def explain(self, g: float, w: float, index: int, is_bias: bool, digits: int = 4) -> list[Term]:
        write, beta1, beta2, eta = Writer(digits), self.beta1, self.beta2, self.learning_rate
        t, old_m, old_v = self.t + 1, _moment(self.m, index), _moment(self.v, index)
        m = beta1 * old_m + (1 - beta1) * g
        v = beta2 * old_v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        scale = sqrt(v_hat) + self.epsilon
        step = Term(
            "step", "−η·m̂ / s", f"−{eta:g}·{write(m_hat)} / {write(scale)}", -eta * m_hat / scale
        )
        return [
            write.given("gradient", "g", g),
            Term("step number", "t ← t + 1", f"{self.t} + 1", t),
            write.given("mean before", "m", old_m),
            Term(
                "mean",
                "m ← β₁·m + (1 − β₁)·g",
                f"{beta1:g}·{write(old_m)} + (1 − {beta1:g})·{write(g)}",
                m,
            ),
            write.given("mean square before", "v", old_v),
            _mean_square("β₂", beta2, old_v, g, v, write),
            Term(
                "mean, corrected", "m̂ = m / (1 − β₁^t)", f"{write(m)} / (1 − {beta1:g}^{t})", m_hat
            ),
            Term(
                "mean square, corrected",
                "v̂ = v / (1 − β₂^t)",
                f"{write(v)} / (1 − {beta2:g}^{t})",
                v_hat,
            ),
            Term("scale", "s = √v̂ + ε", f"√{write(v_hat)} + {self.epsilon:g}", scale),
            *write.ending(step, w, eta, self.weight_decay, is_bias),
        ]

    def rewound(self, gradient: Array, index: int) -> "Adam":
        one = slice(index, index + 1)
        m, v = (None if moment is None else moment[one] for moment in (self.m, self.v))
        g = gradient[one]
        return replace(
            self,
            t=self.t - 1,
            m=_before(m, self.beta1, (1 - self.beta1) * g),
            v=_before(v, self.beta2, (1 - self.beta2) * np.square(g)),
        )


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
