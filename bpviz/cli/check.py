"""`bpviz check`: holds back-propagated derivatives against numerical ones."""

import json
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    LOSSES,
    OUTPUT_ACTIVATIONS,
    Network,
    check_gradients,
)
from bpviz.session.settings import Settings, SettingsError

LIMIT = 1e-6
N_IN = 6
N_OUT = 3
# Each derivative takes two forward passes in every combination.
MAX_DERIVATIVES = 5_000


class Combination(NamedTuple):
    """
    The check of one kind of network.

    Attributes
    ----------
    activation, output, loss
        Names, as in `bpviz.engine`.
    relative_error
        The largest of all layers, see `bpviz.engine.GradientCheck`.
    compared
        How many derivatives were compared.
    kinks
        How many were left out, because they do not exist there.
    """

    activation: str
    output: str
    loss: str
    relative_error: float
    compared: int
    kinks: int

    @property
    def ok(self) -> bool:
        """Whether the derivatives agree. NaN agrees with nothing."""
        return self.compared > 0 and self.relative_error <= LIMIT


def combinations(settings: Settings, activation: str | None = None) -> Iterator[Combination]:
    """
    Check one kind of network after the other.

    Parameters
    ----------
    settings
        Its hidden layers, batch size and seed count.
    activation
        Name of the only hidden activation to check; None checks all of them.

    Raises
    ------
    SettingsError
        If the network is too large for a numerical check.
    """
    sizes = settings.sizes(N_IN, N_OUT)
    derivatives = Network(sizes).params.size
    if derivatives > MAX_DERIVATIVES:
        raise SettingsError(
            f"{derivatives:,} derivatives are more than the {MAX_DERIVATIVES:,} that a check "
            f"takes on: use fewer or narrower layers"
        )
    for hidden in HIDDEN_ACTIVATIONS if activation is None else (activation,):
        for output in OUTPUT_ACTIVATIONS:
            for loss in LOSSES:
                if LOSSES[loss].fits(OUTPUT_ACTIVATIONS[output]):
                    yield _checked(settings, sizes, hidden, output, loss)


def _checked(
    settings: Settings, sizes: tuple[int, ...], hidden: str, output: str, loss: str
) -> Combination:
    rng = np.random.default_rng(settings.seed)
    network = Network(
        sizes, rng, hidden=hidden, output=output, loss=loss, initializer="xavier", dtype=np.float64
    )
    for layer in network.layers:
        layer.b[:] = rng.normal(0, 0.5, layer.b.shape)
    x = rng.normal(size=(settings.batch_size, N_IN))
    y = np.eye(N_OUT)[rng.integers(N_OUT, size=settings.batch_size)]
    with np.errstate(all="ignore"):  # what is not finite fails the check below
        checks = check_gradients(network, x, y)
    return Combination(
        hidden,
        output,
        loss,
        float(np.max([check.relative_error for check in checks])),
        sum(check.compared for check in checks),
        sum(check.kinks for check in checks),
    )


def run_check(settings: Settings, activation: str | None, as_json: bool) -> int:
    """
    Check all combinations and print one line each, or one JSON object.

    Parameters
    ----------
    settings, activation
        As in `combinations`.
    as_json
        Print one JSON object and nothing else. What is not finite is null there.

    Returns
    -------
    int
        The exit status: 0 if all derivatives agree, else 1.

    Raises
    ------
    SettingsError
        If the network is too large for a numerical check.
    """
    done: list[Combination] = []
    for one in combinations(settings, activation):
        if not as_json:
            if not done:
                print(_line("hidden", "output", "loss", "relative error", "compared", "kinks"))
            verdict = "" if one.ok else "  WRONG"
            print(_line(*one[:3], f"{one.relative_error:.1e}", *one[4:]) + verdict, flush=True)
        done.append(one)

    ok = all(one.ok for one in done)
    worst = float(np.max([one.relative_error for one in done]))
    if as_json:
        report = {
            "ok": ok,
            "worst": _finite(worst),
            "limit": LIMIT,
            "combinations": [
                one._asdict() | {"relative_error": _finite(one.relative_error), "ok": one.ok}
                for one in done
            ],
        }
        print(json.dumps(report, allow_nan=False))
    else:
        wrong = sum(not one.ok for one in done)
        verdict = "all derivatives agree" if ok else f"{wrong} of {len(done)} are WRONG"
        print(f"{verdict}: the worst relative error is {worst:.1e}, the limit {LIMIT:g}")
    return 0 if ok else 1


def _line(*words: object) -> str:
    return "{:<12}{:<12}{:<15}{:>14}{:>10}{:>7}".format(*words)


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
