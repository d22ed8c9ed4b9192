import math
from collections.abc import Sequence

import numpy as np
import pytest
from stage_batches import DIGITS, echo, two_layers, view_of

from bpviz.engine import Network, read
from bpviz.views.batch_view import BatchView
from bpviz.views.stage_formulas import formula
from bpviz.views.stage_progress import STAGES, StageName, reached
from bpviz.views.stage_words import Outcome, plain_words

RULE = "w ← w − 0.5·∂L/∂w"
PAIR = Outcome(0.41234, 0.38912, True)


def words(stage: StageName, view: BatchView | None, outcome: Outcome | None = None) -> str:
    return plain_words(stage, view, outcome)


def test_that_before_the_first_batch_each_stage_is_explained() -> None:
    said = [words(stage, None) for stage in STAGES]
    assert "→" in said[0]
    assert len(set(said)) == 4


def test_that_a_stage_that_is_not_reached_says_what_it_will_do() -> None:
    view = view_of(two_layers(), [[1, 1]], [0], 1)
    for stage in STAGES[1:]:
        assert reached(stage, view) == 0
        assert words(stage, view).startswith("Not yet: will ")
        assert formula(stage, view, RULE).startswith("Not yet: ")


def test_that_a_drawing_is_called_yours() -> None:
    view = view_of(echo(2), [[-1, 0]], [0], drawn=True)
    assert words("forward", view) == "It says 1 with 73.1 %. You drew a 0."
    assert words("loss", view) == "Your 0 got 26.9 %: loss 1.313."
    assert (
        words("update", view, PAIR) == "Would lower the loss on your drawing from 0.4123 to 0.3891."
    )


def test_that_a_drawing_without_a_label_asks_for_one() -> None:
    records = read(echo(2), np.array([1.0, 0.0]))
    view = BatchView(records, None, DIGITS, np.array([0]), drawn=True)
    assert words("forward", view) == "It says 0 with 73.1 %."
    assert words("loss", view).startswith("Say what you drew")
    assert formula("loss", view, RULE).endswith("y is not known")
    assert words("backward", view).startswith("Not yet")


def test_that_a_label_that_is_not_in_the_batch_is_said_to_be_missing() -> None:
    view = view_of(echo(3), [[1, 0, 0]], [0], rows=[], label=2)
    for stage in ("forward", "loss", "backward"):
        assert words(stage, view) == "No 2s in this batch."
        assert formula(stage, view, RULE).endswith("\nNo 2s in this batch.")
    assert (
        words("update", view) == "Each weight took its step, down the slope of this batch's loss."
    )


def test_that_the_blame_says_who_should_fall_and_who_rise() -> None:
    # Delta of the outputs is a - y: (-0.2689, +0.2689).
    view = view_of(two_layers(), [[1, 0]], [0], 4)
    a = view.records.forwards[-1].a[0]
    said = f"Output “0” should rise the most (δ = {a[0] - 1:.4g}), output “1” fall."
    assert words("backward", view) == said


def test_that_the_blame_of_a_hidden_layer_counts_its_neurons_from_1() -> None:
    network = Network((1, 2, 3, 2))
    network.layers[0].W[:] = 1
    network.layers[1].W[:] = 1
    network.layers[2].W[:] = [[1, 0], [0, 0], [0, 3]]
    view = view_of(network, [[1], [1]], [0, 0], 6)
    delta = view.records.backwards[-1].delta[0]
    assert delta[2] > 0 > delta[0]
    assert words("backward", view) == (
        f"Layer 2: neuron 3 should fall the most (mean δ = {delta[2]:+.4g}), neuron 1 rise."
    )
    done = view_of(network, [[1], [1]], [0, 0])
    assert words("backward", done).startswith("Back at layer 1: neuron ")


def test_that_without_hidden_layers_the_blame_reaches_the_first_weights_at_once() -> None:
    view = view_of(echo(3), [[1, 0, -1]], [1])
    said = "Back at layer 1: output “1” should rise the most (δ = -0.7553)."
    assert words("backward", view) == said


def test_that_blame_that_is_zero_or_not_finite_is_said_so() -> None:
    network = Network((1, 1), output="linear", loss="squared_error")
    view = view_of(network, [[1]], [[0.0]])
    assert words("backward", view) == "Back at layer 1: no neuron is to blame (δ = 0)."
    view = view_of(network, [[1]], [[math.nan]])
    assert "not finite" in words("backward", view)
    assert words("loss", view) == "The loss is not finite: NaN."


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        (PAIR, "Would lower this batch's loss from 0.4123 to 0.3891."),
        (Outcome(0.4, 0.5, True), "Would raise this batch's loss from 0.4 to 0.5."),
        (Outcome(0.4, 0.3, False), "Lowered this batch's loss from 0.4 to 0.3."),
        (Outcome(0.4, 0.5, False), "Raised this batch's loss from 0.4 to 0.5."),
        (Outcome(0.4, 0.4, False), "Left this batch's loss at 0.4."),
        (Outcome(0.4, 0.4 - 1e-6, False), "Lowered this batch's loss of 0.4 by 1.0e-06."),
        (Outcome(0.4, math.nan, True), "Would take this batch's loss from 0.4 to NaN: not finite."),
        (
            Outcome(0.4, None, False),
            "Each weight took its step, down the slope of this batch's loss.",
        ),
        (None, "Each weight took its step, down the slope of this batch's loss."),
    ],
)
def test_that_the_update_says_what_it_does_to_the_loss(outcome: Outcome | None, text: str) -> None:
    assert words("update", view_of(two_layers(), [[1, 1]], [0]), outcome) == text


@pytest.mark.parametrize("hidden", ["relu", "leaky_relu", "sigmoid", "tanh", "linear"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("softmax", "cross_entropy"),
        ("sigmoid", "cross_entropy"),
        ("softmax", "squared_error"),
        ("tanh", "squared_error"),
    ],
)
@pytest.mark.parametrize("value", [0.5, math.nan, math.inf, 1e38])
def test_that_every_network_and_every_number_can_be_told(
    hidden: str, output: str, loss: str, value: float
) -> None:
    network = Network((2, 3, 2), np.random.default_rng(0), hidden=hidden, output=output, loss=loss)
    ys: tuple[Sequence[int], Sequence[Sequence[float]]] = ([0, 1], [[0.1, 0.2], [0.3, 0.4]])
    with np.errstate(all="ignore"):
        views = [
            view_of(network.over(network.params.copy()), [[value, 1], [1, 0]], y, n, rows)
            for y in ys
            for n in range(7)
            for rows in ([0], [0, 1], [])
        ]
    for view in views:
        for stage in STAGES:
            assert words(stage, view, PAIR)
            assert formula(stage, view, RULE)
