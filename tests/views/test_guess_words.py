import math

import numpy as np
import pytest
from stage_batches import echo, mazur, two_layers, view_of

from bpviz.engine import Network
from bpviz.views.guess_words import forward_words, loss_words, with_article


@pytest.mark.parametrize(
    ("hidden", "x", "text"),
    [
        ("relu", [[1, 1]], "Layer 1 of 2: 2 of 3 neurons fire, neuron 3 the most (3)."),
        ("relu", [[0.5, -1]], "Layer 1 of 2: 2 of 3 neurons fire, neuron 1 the most (0.5)."),
        ("relu", [[-1, 2]], "Layer 1 of 2: none of the 3 neurons fires."),
        (
            "relu",
            [[1, 1], [-1, 0]],
            "Layer 1 of 2: on average 1.5 of 3 neurons fire, neuron 3 the most (1.5).",
        ),
        ("tanh", [[-1, -0.5]], "Layer 1 of 2: neuron 3 answers strongest, -0.9866."),
        ("relu", [[math.nan, 1]], "Layer 1 of 2: some activations are not finite."),
    ],
)
def test_that_a_hidden_layer_says_who_fires(hidden: str, x: list[list[float]], text: str) -> None:
    view = view_of(two_layers(hidden), x, [0] * len(x), 1)
    assert forward_words(view) == text


def test_that_the_guess_of_a_batch_is_counted_with_those_that_are_right() -> None:
    batch = [[0, 3, 0], [0, 3, 0], [2, 0, 0], [0, 1, 0]]
    view = view_of(echo(3), batch, [1, 0, 0, 2])
    assert forward_words(view) == "It guesses 1 for 3 of the 4 samples; 2 of the 4 are right."
    view = view_of(echo(3), batch, [2, 0, 2, 2])
    assert forward_words(view) == "It guesses 1 for 3 of the 4 samples; none of the 4 is right."


def test_that_pictures_of_one_label_are_named() -> None:
    network = Network((784, 2))
    network.layers[0].W[0] = [-1, 1]
    ink = np.zeros((3, 784))
    ink[:2, 0] = 1
    view = view_of(network, ink.tolist(), [0, 0, 0], label=0)
    said = "It guesses 1 for 2 of the 3 pictures of a 0; 1 of the 3 is right."
    assert forward_words(view) == said
    assert ", mean over the batch; worst: a 0 taken for a 1." in loss_words(view)


def test_that_a_guess_for_all_is_said_to_be_for_all() -> None:
    batch = [[0, 3, 0], [0, 3, 0], [0, 1, 0]]
    view = view_of(echo(3), batch, [1, 0, 1])
    assert forward_words(view) == "It guesses 1 for all 3 samples; 2 of the 3 are right."
    view = view_of(echo(3), batch[:2], [1, 0])
    assert forward_words(view) == "It guesses 1 for both samples; 1 of the 2 is right."


def test_that_the_worst_sample_of_a_batch_is_named() -> None:
    view = view_of(echo(9), [[9.0] + [0] * 8, [0] * 8 + [9.0]], [0, 0])
    assert loss_words(view) == "4.501, mean over the batch; worst: a 0 taken for an 8."
    right = view_of(echo(2), [[1, 0], [2, 0]], [0, 0])
    assert loss_words(right) == "0.2201, mean over the batch; worst: a 0 read right with 73.1 %."


@pytest.mark.parametrize(
    ("z", "label", "guess", "mistake"),
    [
        (1.0, 0, "It says 0 with 73.1 %, and that is right.", "The 0 got 73.1 %: loss 0.3133."),
        (-3.2, 0, "It says 1 with 96.1 %. It is a 0.", "The 0 got 3.9 %: loss 3.24."),
        (-6.0, 0, "It says 1 with 99.8 %. It is a 0.", "The 0 got 0.2 %: loss 6.002."),
        (-20, 0, "It says 1 with over 99.9 %. It is a 0.", "The 0 got less than 0.01 %: loss 20."),
    ],
)
def test_that_a_single_sample_is_told_with_its_probabilities(
    z: float, label: int, guess: str, mistake: str
) -> None:
    view = view_of(echo(2), [[0, 0], [z, 0]], [1, label], rows=[1], sample=1)
    assert forward_words(view) == guess
    assert loss_words(view) == mistake


def test_that_several_answers_of_one_output_are_listed() -> None:
    network = Network((1, 1), output="linear", loss="squared_error")
    network.layers[0].W[:] = 2
    view = view_of(network, [[0], [1], [2]], [[0.0], [1.0], [0.5]])
    assert forward_words(view) == "It answers 0, 2 and 4."
    assert loss_words(view) == (
        "2.208, mean over 3 samples; worst is x = 2: the answer is 3.5 too high."
    )
    view = view_of(network, [[1]], [[4]])
    assert loss_words(view).startswith("The answer is ")


def test_that_many_outputs_without_classes_name_the_strongest() -> None:
    network = Network((5, 5), output="sigmoid", loss="squared_error")
    network.layers[0].W[:] = np.eye(5)
    view = view_of(network, [[0, 0, 2, 0, 0]] * 2, [[0.5] * 5] * 2)
    assert forward_words(view) == ("On average over 2 samples it answers strongest at “2”: 0.8808.")


def test_that_a_worked_example_is_told_with_eight_digits() -> None:
    view = view_of(mazur(), [[0.05, 0.10]], [[0.01, 0.99]], 1)
    assert forward_words(view) == "Layer 1 of 2: neuron 2 answers strongest, 0.59688438."
    view = view_of(mazur(), [[0.05, 0.10]], [[0.01, 0.99]], 4)
    assert forward_words(view) == "It answers 0 = 0.75136507 and 1 = 0.77292847."
    assert loss_words(view) == (
        "0 is 0.74136507 too high and 1 is 0.21707153 too low: loss 0.29837111."
    )


def test_that_a_label_gets_the_article_it_is_spoken_with() -> None:
    assert [with_article(name) for name in ("8", "7", "ankle boot", "bag")] == [
        "an 8",
        "a 7",
        "an ankle boot",
        "a bag",
    ]
