from dataclasses import replace

import numpy as np
from stage_batches import eights

from bpviz.engine import Network, Records, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.strip_words import cell_tip, cell_words


def text(view: BatchView, cell: int) -> str:
    return "\n".join(line.text for line in cell_words(view, cell))


def test_that_each_sample_has_its_label_and_a_wrong_guess_beside_it() -> None:
    view = eights(5, (8, 3))
    assert text(view, 0) == "mean\nall 5"
    assert [text(view, cell) for cell in range(1, 6)] == ["8", "8→3", "8", "8", "8"]


def test_that_nothing_is_said_of_a_guess_before_the_forward_pass_is_through() -> None:
    view = eights(n_stages=0)
    assert text(view, 2) == "8"
    assert cell_tip(view, 2) == "sample 2: an 8, not guessed yet"


def test_that_the_tip_says_label_guess_and_loss() -> None:
    view = eights()
    share = np.e / (np.e + 9)
    loss = np.log(np.e + 9)  # the 8 has the odds 1
    guess = f"sample 2: an 8, guessed 3 with {100 * share:.1f} %"
    assert cell_tip(view, 2) == f"{guess}, loss {loss:.4g}"
    view = eights(n_stages=1)
    assert cell_tip(view, 2) == guess
    assert cell_tip(view, 0) == "the mean of 5 samples"


def test_that_samples_without_a_picture_are_told_by_numbers() -> None:
    network = Network([2, 2], output="sigmoid", loss="squared_error", dtype=np.float64)
    x, y = np.array([[0.05, 0.1]]), np.array([[0.01, 0.99]])
    records = Records(network, x, y)
    view = BatchView(records, None, ["o1", "o2"], np.arange(1))
    assert text(view, 1) == "x = (0.05, 0.1)\ntarget 0.01, 0.99"
    done = collect(records, stages(network, x, y))
    view = replace(view, records=done)
    assert text(view, 1) == "x = (0.05, 0.1)\ntarget 0.01, 0.99\nguess 0.5, 0.5"
    assert cell_tip(view, 1) == "x = (0.05, 0.1): target 0.01, 0.99, guessed 0.5, 0.5, loss 0.2401"
    classes = eights(2, (3,), n_in=16)
    assert text(classes, 1) == "sample 1\n8→3"
