from stage_batches import two_layers, view_of

from bpviz.views.stage_progress import STAGES, reached


def test_that_layers_and_stages_are_counted_as_they_are_done() -> None:
    counts = [
        [reached(stage, view_of(two_layers(), [[1, 1]], [0], n)) for stage in STAGES]
        for n in range(7)
    ]
    assert counts == [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [2, 0, 0, 0],
        [2, 1, 0, 0],
        [2, 1, 1, 0],
        [2, 1, 2, 0],
        [2, 1, 2, 1],
    ]
