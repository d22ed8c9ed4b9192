from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from bpviz.engine import SGD, Network, Records, collect, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.network_state import LayerState, NetworkState, network_state
from bpviz.views.quantities import QUANTITIES, SIGNAL, UPDATE, WEIGHT, value_of


def walked(taken: int | None) -> tuple[NetworkState, Records]:
    rng = np.random.default_rng(0)
    network = Network((4, 3, 2), rng, dtype=np.float64)
    x, y = rng.random((5, 4)), np.eye(2)[rng.integers(2, size=5)]
    before = network.over(network.params.copy())
    records = collect(Records(before, x, y), islice(stages(network, x, y, SGD(0.5)), taken))
    view = BatchView(records, None, ("no", "yes"), np.array([1, 3]))
    state = network_state(
        network.split(network.params),
        view,
        records.gradients(view.rows),
        records.agreements(view.rows),
    )
    return state, records


def test_that_signals_are_the_mean_of_what_each_sample_sends() -> None:
    state, records = walked(None)
    for layer, part in enumerate(SIGNAL.layers(state)):
        used = records.network.layers[layer]
        sent = records.forwards[layer].a_in[[1, 3]][:, :, None] * used.W
        assert part is not None
        np.testing.assert_allclose(part.W, sent.mean(axis=0), rtol=1e-12)
        np.testing.assert_array_equal(part.b, used.b)


def test_that_signals_into_a_neuron_add_up_to_its_z() -> None:
    state, _ = walked(None)
    for part, layer in zip(SIGNAL.layers(state), state.layers, strict=True):
        assert part is not None
        assert layer.z is not None
        np.testing.assert_allclose(part.W.sum(axis=0) + part.b, layer.z, rtol=1e-12)


def test_that_updates_lead_from_the_weights_used_to_those_of_now() -> None:
    state, _ = walked(None)
    for part, used, now in zip(UPDATE.layers(state), state.used, WEIGHT.layers(state), strict=True):
        assert part is not None
        assert now is not None
        np.testing.assert_allclose(used.W + part.W, now.W, rtol=1e-12)


@pytest.mark.parametrize(
    ("taken", "there"),
    [
        (0, {"weight": 2}),
        (1, {"weight": 2, "signal": 1}),
        (3, {"weight": 2, "signal": 2}),
        (4, {"weight": 2, "signal": 2, "gradient": 1, "agreement": 1}),
        (5, {"weight": 2, "signal": 2, "gradient": 2, "agreement": 2}),
        (6, {"weight": 2, "signal": 2, "gradient": 2, "agreement": 2, "update": 2}),
    ],
)
def test_that_each_quantity_is_there_as_soon_as_it_is_computed(
    taken: int, there: dict[str, int]
) -> None:
    state, _ = walked(taken)
    for key, quantity in QUANTITIES.items():
        found = sum(part is not None for part in quantity.layers(state))
        assert found == there.get(key, 0), key


def test_that_before_there_is_a_batch_there_are_only_weights() -> None:
    state, _ = walked(0)
    fresh = replace(state, x=None, layers=[LayerState()] * 2)
    for key, quantity in QUANTITIES.items():
        assert any(quantity.layers(fresh)) == (key == "weight")


def test_that_signals_of_a_network_that_has_diverged_are_no_error() -> None:
    state, _ = walked(None)
    state.used[0].W[:] = np.inf
    assert state.x is not None
    state.x[:] = 0
    part = SIGNAL.layers(state)[0]
    assert part is not None
    assert np.isnan(part.W).all()


def test_that_every_button_names_its_own_key() -> None:
    tips = [quantity.tip for quantity in QUANTITIES.values()]
    assert [tip[-3:] for tip in tips] == ["(G)", "(W)", "(U)", "(S)", "(A)"]


@pytest.mark.parametrize("key", QUANTITIES)
def test_that_single_values_are_those_of_the_whole_layer(key: str) -> None:
    state, _ = walked(None)
    for part in QUANTITIES[key].layers(state):
        assert part is not None
        starts, ends = np.array([2, 0, 1]), np.array([0, 1, 1])
        np.testing.assert_array_equal(value_of(part, starts, ends), part.W[starts, ends])
        assert value_of(part, 1, 0) == part.W[1, 0]
