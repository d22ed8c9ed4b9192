import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.engine import LayerArrays, Network
from bpviz.views.colouring import Colouring, Mode, Scale
from bpviz.views.colours import HIGHEST, LOWEST, NOT_FINITE, ZERO
from bpviz.views.network_state import LayerState, NetworkState
from bpviz.views.quantities import AGREEMENT, GRADIENT, UPDATE, WEIGHT


def layer(largest: float) -> LayerArrays:
    # A little less than the half power of ten above it, where its scale ends.
    W: NDArray[np.float32] = np.linspace(-0.9 * largest, 0, 6, dtype=np.float32).reshape(3, 2)
    return LayerArrays(W, np.zeros(2, np.float32))


def state(
    gradient: tuple[float | None, ...] | None, weights: tuple[float, ...] = (1, 1)
) -> NetworkState:
    """A network whose layers' scales end at these values."""
    parameters = [layer(top) for top in weights]
    gradients = [None] * len(weights) if gradient is None else gradient
    layers = [LayerState(gradient=None if top is None else layer(top)) for top in gradients]
    return NetworkState(parameters, parameters, None, layers)


def state_of(network: Network, gradients: list[LayerArrays]) -> NetworkState:
    parameters = network.split(network.params)
    return NetworkState(
        parameters, parameters, None, [LayerState(gradient=part) for part in gradients]
    )


def scale_of(colouring: Colouring, shown: NetworkState | None) -> Scale:
    colouring.rescale(shown)
    return colouring.scale


def test_that_each_layer_has_a_scale_of_its_own_at_first() -> None:
    scale = scale_of(Colouring(), state((1e-3, 10.0)))
    assert scale == Scale(GRADIENT, "layer", False, (1e-3, 10.0), GRADIENT.decades)
    assert not scale.signed


def test_that_zeros_beside_nan_are_not_all_zero() -> None:
    nothing = LayerArrays(np.zeros((3, 2), np.float32), np.zeros(2, np.float32))
    lost = LayerArrays(np.full((3, 2), np.nan, np.float32), np.zeros(2, np.float32))
    network = Network((3, 2))
    assert scale_of(Colouring(), state_of(network, [nothing])).tops == (0,)
    assert scale_of(Colouring(), state_of(network, [lost])).tops == (np.inf,)


def test_that_the_whole_network_can_share_one_scale() -> None:
    colouring = Colouring()
    colouring.choose_mode("network")
    scale = scale_of(colouring, state((1e-3, 10.0)))
    assert scale == Scale(GRADIENT, "network", False, (10, 10), GRADIENT.network_decades)


@pytest.mark.parametrize(("mode", "tops"), [("layer", (0.1, 1)), ("network", (1, 1))])
def test_that_weights_are_scaled_with_their_sign(mode: Mode, tops: tuple[float, ...]) -> None:
    colouring = Colouring()
    colouring.choose_mode(mode)
    colouring.choose_quantity("weight")
    scale = scale_of(colouring, state(None, weights=(0.1, 1)))
    assert scale.tops == pytest.approx(tops)
    assert scale.signed
    assert scale.decades == WEIGHT.decades


def test_that_a_scale_ends_at_a_half_power_of_ten() -> None:
    assert scale_of(Colouring(), state((0.0025, 0.5))).tops == pytest.approx((10**-2.5, 1))


@pytest.mark.parametrize("shown", [None, state(None)])
def test_that_without_a_gradient_there_is_no_scale(shown: NetworkState | None) -> None:
    colouring = Colouring()
    assert scale_of(colouring, shown).tops == ()
    assert not any(colouring.layers)


def test_that_what_is_coloured_is_the_quantity_chosen() -> None:
    colouring, shown = Colouring(), state((2.0, 3.0))
    colouring.rescale(shown)
    assert colouring.layers == [each.gradient for each in shown.layers]
    colouring.choose_quantity("weight")
    colouring.rescale(shown)
    assert colouring.layers == shown.parameters
    colouring.rescale(None)
    assert not colouring.layers


def test_that_levels_are_on_the_scale_of_their_layer() -> None:
    colouring = Colouring()
    colouring.rescale(state((1e-3, 10.0)))
    values = np.array([1e-3, 1e-6, 0, np.nan], np.float32)
    assert colouring.levels(0, values).tolist() == [HIGHEST, LOWEST, ZERO, NOT_FINITE]
    assert colouring.levels(1, values).tolist() == [LOWEST, LOWEST, ZERO, NOT_FINITE]


def test_that_levels_of_weights_tell_the_sign() -> None:
    colouring = Colouring()
    colouring.choose_quantity("weight")
    colouring.rescale(state(None))
    assert colouring.levels(0, np.array([-1, 1], np.float32)).tolist() == [HIGHEST - 1, HIGHEST]


@pytest.mark.parametrize("span", ["layer", "network"])
def test_that_a_locked_scale_stays_while_values_change(span: Mode) -> None:
    colouring = Colouring()
    colouring.choose_mode(span)
    free = scale_of(colouring, state((1e-3, 10.0)))
    colouring.choose_mode("locked")
    for values in ((1e-3, 10.0), (5.0, 7.0), (0.0, 0.0)):
        scale = scale_of(colouring, state(values))
        assert scale == Scale(GRADIENT, free.span, True, free.tops, free.decades)


@pytest.mark.parametrize("mode", ["layer", "network"])
def test_that_an_unlocked_scale_follows_the_values_again(mode: Mode) -> None:
    colouring = Colouring()
    colouring.rescale(state((1e-3, 10.0)))
    colouring.choose_mode("locked")
    colouring.rescale(state((1e-5, 1e-5)))
    colouring.choose_mode(mode)
    scale = scale_of(colouring, state((1e-5, 1e-4)))
    assert scale.tops == pytest.approx((1e-5, 1e-4) if mode == "layer" else (1e-4, 1e-4))
    assert not scale.locked


def test_that_locking_before_the_first_gradient_keeps_the_first() -> None:
    colouring = Colouring()
    colouring.choose_mode("locked")
    assert scale_of(colouring, state(None)).tops == ()
    first = scale_of(colouring, state((0.01, 1.0)))
    assert first.tops == pytest.approx((0.01, 1))
    assert first.locked
    assert scale_of(colouring, state((5.0, 5.0))) == first


def test_that_each_quantity_is_locked_on_its_own() -> None:
    colouring = Colouring()
    colouring.rescale(state((0.01, 1.0), weights=(100, 100)))
    colouring.choose_mode("locked")
    gradient = scale_of(colouring, state((0.01, 1.0), weights=(100, 100)))
    colouring.choose_quantity("weight")
    weight = scale_of(colouring, state((3.0, 3.0), weights=(10, 1)))
    assert weight.tops == pytest.approx((10, 1)), "the first seen while it is locked"
    assert weight.locked
    assert scale_of(colouring, state((3.0, 3.0), weights=(1000, 1000))) == weight
    colouring.choose_quantity("gradient")
    assert scale_of(colouring, state((3.0, 3.0))) == gradient


def test_that_a_layer_that_was_all_zero_when_locked_gets_a_scale_once_it_is_not() -> None:
    colouring = Colouring()
    colouring.choose_mode("locked")
    assert scale_of(colouring, state((0.0, 1.0))).tops == (0, 1)
    scale = scale_of(colouring, state((0.01, 100.0)))
    assert scale.tops == pytest.approx((0.01, 1))
    assert scale_of(colouring, state((1.0, 100.0))) == scale


def test_that_another_network_does_not_get_the_locked_scale_of_the_one_before() -> None:
    colouring = Colouring()
    colouring.rescale(state((1e-3, 10.0)))
    colouring.choose_mode("locked")
    colouring.forget()
    shown = state((1.0, 1.0, 10.0), weights=(1, 1, 1))
    scale = scale_of(colouring, shown)
    assert scale.tops == (1, 1, 10)
    assert scale.locked
    assert scale_of(colouring, state((5.0, 5.0, 5.0), weights=(1, 1, 1))) == scale


def test_that_what_is_not_finite_does_not_set_the_scale() -> None:
    shown = state((1e-3, 10.0))
    gradient = shown.layers[1].gradient
    assert gradient is not None
    gradient.W[0, 0] = np.nan
    gradient.W[0, 1] = np.inf
    tops = scale_of(Colouring(), shown).tops
    assert tops[0] == pytest.approx(1e-3)
    assert tops[1] == pytest.approx(10)


def test_that_the_scale_reaches_to_the_strongest_bias_too() -> None:
    network = Network((4, 3, 2))
    parts = network.split(np.zeros_like(network.params))
    parts[0].W[0, 0], parts[0].b[1], parts[1].b[0] = 0.009, 0.09, 0.9
    colouring = Colouring()
    colouring.rescale(state_of(network, parts))
    assert colouring.scale.tops == pytest.approx((0.1, 1.0))


@pytest.mark.parametrize("mode", ["layer", "network"])
def test_that_a_layer_without_a_finite_value_is_not_taken_for_zero(mode: Mode) -> None:
    network = Network((4, 3, 2))
    parts = network.split(np.full_like(network.params, np.nan))
    parts[1].W[:], parts[1].b[:] = 0.09, 0
    colouring = Colouring()
    colouring.choose_mode(mode)
    colouring.rescale(state_of(network, parts))
    first = np.inf if mode == "layer" else 0.1
    assert colouring.scale.tops == pytest.approx((first, 0.1))
    assert (colouring.levels(0, parts[0].W) == NOT_FINITE).all()


def test_that_layers_not_computed_yet_do_not_set_the_scale() -> None:
    colouring = Colouring()
    half_way = state((None, 10.0))
    assert scale_of(colouring, half_way).tops == (None, 10)
    assert scale_of(colouring, half_way).known == [10]
    colouring.choose_mode("network")
    assert scale_of(colouring, half_way).tops == (10, 10)


def test_that_a_layer_computed_after_the_lock_gets_a_scale_then() -> None:
    colouring = Colouring()
    colouring.choose_mode("locked")
    assert scale_of(colouring, state((None, 10.0))).tops == (None, 10)
    assert scale_of(colouring, state((1e-3, 1.0))).tops == pytest.approx((1e-3, 10))


def test_that_a_locked_scale_outlives_layers_that_are_not_computed_yet() -> None:
    colouring = Colouring()
    colouring.rescale(state((1e-3, 10.0)))
    colouring.choose_mode("locked")
    assert scale_of(colouring, state((None, 5.0))).tops == pytest.approx((1e-3, 10))
    assert scale_of(colouring, state((5.0, 5.0))).tops == pytest.approx((1e-3, 10))


def test_that_agreement_has_the_same_scale_for_whatever_values() -> None:
    colouring = Colouring()
    colouring.choose_quantity("agreement")
    share = layer(0.01)
    shown = NetworkState([share], [share], None, [LayerState(agreement=share)])
    for mode in ("layer", "network", "locked"):
        colouring.choose_mode(mode)
        scale = scale_of(colouring, shown)
        assert scale.quantity is AGREEMENT
        assert scale.tops == (1,)
        assert not scale.locked


def test_that_steps_are_scaled_by_themselves_and_with_their_sign() -> None:
    colouring = Colouring()
    colouring.choose_quantity("update")
    step = layer(1e-5)
    shown = NetworkState([layer(1)], [layer(1)], None, [LayerState(update=step)])
    assert scale_of(colouring, shown) == Scale(
        UPDATE, "layer", False, colouring.scale.tops, UPDATE.decades
    )
    assert colouring.scale.tops == pytest.approx((1e-5,))
    assert colouring.scale.signed


def test_that_rings_tell_deltas_only_beside_gradients() -> None:
    delta = np.ones(2, np.float32)
    shown = NetworkState([layer(1)], [layer(1)], None, [LayerState(delta=delta)])
    colouring = Colouring()
    assert scale_of(colouring, shown).blames
    assert not scale_of(colouring, state((1.0, 1.0))).blames
    colouring.choose_quantity("weight")
    assert not scale_of(colouring, shown).blames


@pytest.mark.parametrize(("widest", "decades"), [(64, 3), (65, 2), (256, 2), (257, 1)])
def test_that_wide_layers_whose_lines_stand_for_many_weights_get_a_shorter_scale(
    widest: int, decades: float
) -> None:
    network = Network((4, widest, 3), np.random.default_rng(0))
    gradients = network.split(network.params)
    colouring = Colouring()
    assert scale_of(colouring, state_of(network, gradients)).decades == decades
    colouring.choose_mode("network")
    assert scale_of(colouring, state_of(network, gradients)).decades == decades + 3
    colouring.choose_quantity("weight")
    assert scale_of(colouring, state_of(network, gradients)).decades == max(decades - 1, 1)
