from dataclasses import replace

import numpy as np
import pytest
from stage_batches import echo, eights, view_of

from bpviz.views.sample_table import sample_name, strongest

SAMPLES = np.array([1, 3, 4])


@pytest.mark.parametrize(
    ("values", "opened"),
    [
        ([0.1, -0.3, 0.2], (3, ", the strongest")),
        ([0.1, np.nan, 0.2], (4, ", the strongest")),
        ([0, 0, 0], (1, ", the first: all a·δ are 0")),
        ([np.nan] * 3, (1, ", the first")),
        ([0.1], (1, "")),
    ],
)
def test_that_a_sample_is_called_the_strongest_only_where_it_is(
    values: list[float], opened: tuple[int, str]
) -> None:
    numbers = np.array(values, np.float64)
    assert strongest(eights(), SAMPLES[: len(values)], numbers, "a·δ") == opened


def test_that_a_sample_that_was_chosen_needs_no_reason() -> None:
    view = replace(eights(), sample=4)
    assert strongest(view, SAMPLES, np.array([1.0, 0, 0]), "δ") == (4, "")


def test_that_small_samples_are_named_by_their_inputs() -> None:
    assert sample_name(eights(), 2) == "sample 3, a “8”"
    targets = [[1.0, 0.0], [0.0, 1.0]]
    assert sample_name(view_of(echo(2), [[0, 1], [0.5, 1]], targets), 1) == "x = (0.5, 1)"
    assert sample_name(view_of(echo(1), [[0.5]], [[1.0]]), 0) == "x = 0.5"
    assert sample_name(view_of(echo(4), [[0] * 4], [[0.0] * 4]), 0) == "sample 1"
    drawn = view_of(echo(2), [[0, 1]], [[1.0, 0.0]], drawn=True)
    assert sample_name(drawn, 0) == "your drawing"
