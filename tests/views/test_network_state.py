from itertools import islice

import numpy as np
import pytest

from bpviz.engine import SGD, Network, Records, Stage, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.network_state import LayerState, NetworkState, Working, network_state

N_STAGES = 6


def make_records(taken: int) -> tuple[Network, Records]:
    rng = np.random.default_rng(0)
    network = Network((4, 3, 2), rng, dtype=np.float64)
    x, y = rng.random((5, 4)), np.eye(2)[rng.integers(2, size=5)]
    before = network.over(network.params.copy())
    return network, collect(Records(before, x, y), islice(stages(network, x, y, SGD(0.5)), taken))


def make_state(
    taken: int, rows: tuple[int, ...] = (0, 1, 2, 3, 4), walking: bool = True
) -> tuple[NetworkState, Records]:
    network, records = make_records(taken)
    view = BatchView(records, None, ("no", "yes"), np.array(rows, np.intp))
    parts = records.gradients(view.rows), records.agreements(view.rows)
    return network_state(network.split(network.params), view, *parts, walking=walking), records


@pytest.mark.parametrize("rows", [(0, 1, 2, 3, 4), (1, 4), (2,)])
def test_that_neurons_show_the_mean_over_the_samples_looked_at(rows: tuple[int, ...]) -> None:
    state, records = make_state(N_STAGES, rows)
    taken = list(rows)
    assert state.x is not None
    np.testing.assert_allclose(state.x, records.x[taken].mean(axis=0))
    for number, layer in enumerate(state.layers):
        forward, backward = records.forward(number), records.backward(number)
        assert forward is not None
        assert backward is not None
        assert layer.z is not None
        assert layer.a is not None
        assert layer.delta is not None
        np.testing.assert_allclose(layer.z, forward.z[taken].mean(axis=0))
        np.testing.assert_allclose(layer.a, forward.a[taken].mean(axis=0))
        np.testing.assert_allclose(layer.delta, backward.delta[taken].mean(axis=0))


def test_that_the_bias_gradient_is_the_mean_delta_shown() -> None:
    state, _ = make_state(N_STAGES, (1, 3))
    for layer in state.layers:
        assert layer.gradient is not None
        assert layer.delta is not None
        np.testing.assert_allclose(layer.gradient.b, layer.delta)


@pytest.mark.parametrize(
    ("taken", "known"),
    [
        (0, ("", "")),
        (1, ("za", "")),
        (2, ("za", "za")),
        (3, ("za", "za")),
        (4, ("za", "zadgA")),
        (5, ("zadgA", "zadgA")),
        (6, ("zadgAu", "zadgAu")),
    ],
)
def test_that_what_has_not_been_computed_is_not_there(taken: int, known: tuple[str, str]) -> None:
    state, _ = make_state(taken)
    for layer, letters in zip(state.layers, known, strict=True):
        there = "".join(
            letter for letter, value in zip("zadgAu", layer, strict=True) if value is not None
        )
        assert there == letters


def test_that_the_stage_done_last_is_at_work_only_while_walking() -> None:
    expected = [
        None,
        Working("forward", 0),
        Working("forward", 1),
        Working("loss"),
        Working("backward", 1),
        Working("backward", 0),
        Working("update"),
    ]
    for taken, working in enumerate(expected):
        assert make_state(taken)[0].working == working
        assert make_state(taken, walking=False)[0].working is None


def test_that_parameters_used_are_those_from_before_the_update() -> None:
    state, _ = make_state(N_STAGES)
    for now, used, layer in zip(state.parameters, state.used, state.layers, strict=True):
        assert layer.update is not None
        np.testing.assert_allclose(now.W, used.W + layer.update.W)
        assert (now.W != used.W).any()


@pytest.mark.parametrize("rows", [None, ()])
def test_that_without_samples_there_are_only_parameters(rows: tuple[int, ...] | None) -> None:
    network, records = make_records(N_STAGES)
    view = None if rows is None else BatchView(records, None, (), np.array(rows, np.intp))
    state = network_state(network.split(network.params), view)
    assert state.x is None
    assert state.layers == [LayerState()] * 2
    assert state.working is None


def test_that_a_label_that_is_not_in_the_batch_is_named() -> None:
    network, records = make_records(N_STAGES)
    view = BatchView(records, np.zeros(5, int), ("no", "yes"), np.empty(0, np.intp), label=1)
    assert network_state(network.split(network.params), view).absent == "no yes in this batch"
    assert make_state(N_STAGES)[0].absent == ""


def test_that_float64_is_worth_more_digits() -> None:
    network, _ = make_records(0)
    assert network_state(network.split(network.params), None).digits == 8
    single = network.over(network.params.astype(np.float32))
    assert network_state(single.split(single.params), None).digits == 4


def test_that_every_stage_has_a_name() -> None:
    _, records = make_records(N_STAGES)
    done: list[Stage | None] = [*records.forwards, records.loss, *records.backwards, records.update]
    kinds = [Working.of(stage).kind for stage in done if stage is not None]
    assert kinds == ["forward", "forward", "loss", "backward", "backward", "update"]
