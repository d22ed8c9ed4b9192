import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.engine import Network
from bpviz.engine.network import LayerArrays
from bpviz.views.colouring import Colouring, Mode, Scale
from bpviz.views.colours import (
    HIGHEST,
    LOWEST,
    MAGNITUDE_DECADES,
    NOT_FINITE,
    SIGNED_DECADES,
    ZERO,
)
from bpviz.views.readout import NetworkState


def layer(largest: float) -> LayerArrays:
    # A little less than the half power of ten above it, where its scale ends.
    W: NDArray[np.float32] = np.linspace(-0.9 * largest, 0, 6, dtype=np.float32).reshape(3, 2)
    return LayerArrays(W, np.zeros(2, np.float32))


def state(gradient: tuple[float, ...] | None, weights: tuple[float, ...] = (1, 1)) -> NetworkState:
    """A network whose layers' scales end at these values."""
    return NetworkState(
        [layer(top) for top in weights],
        None if gradient is None else [layer(top) for top in gradient],
        None,
    )


def scale_of(colouring: Colouring, shown: NetworkState | None) -> Scale:
    colouring.rescale(shown)
    return colouring.scale


def test_that_each_layer_has_a_scale_of_its_own_at_first() -> None:
    scale = scale_of(Colouring(), state((1e-3, 10.0)))
    assert scale == Scale("gradient", "layer", False, (1e-3, 10.0), MAGNITUDE_DECADES["layer"])
    assert not scale.signed


def test_that_the_whole_network_can_share_one_scale() -> None:
    colouring = Colouring()
    colouring.choose_mode("network")
    scale = scale_of(colouring, state((1e-3, 10.0)))
    assert scale == Scale("gradient", "network", False, (10, 10), MAGNITUDE_DECADES["network"])


@pytest.mark.parametrize(("mode", "tops"), [("layer", (0.1, 1)), ("network", (1, 1))])
def test_that_weights_are_scaled_with_their_sign(mode: Mode, tops: tuple[float, ...]) -> None:
    colouring = Colouring()
    colouring.choose_mode(mode)
    colouring.choose_quantity("weight")
    scale = scale_of(colouring, state(None, weights=(0.1, 1)))
    assert scale.tops == pytest.approx(tops)
    assert scale.signed
    assert scale.decades == SIGNED_DECADES


def test_that_a_scale_ends_at_a_half_power_of_ten() -> None:
    assert scale_of(Colouring(), state((0.0025, 0.5))).tops == pytest.approx((10**-2.5, 1))


@pytest.mark.parametrize("shown", [None, state(None)])
def test_that_without_a_gradient_there_is_no_scale(shown: NetworkState | None) -> None:
    colouring = Colouring()
    assert colouring.layers(shown) is None
    assert scale_of(colouring, shown).tops == ()


def test_that_what_is_coloured_is_the_quantity_chosen() -> None:
    colouring, shown = Colouring(), state((2.0, 3.0))
    assert colouring.layers(shown) == shown.gradient
    colouring.choose_quantity("weight")
    assert colouring.layers(shown) == shown.parameters
    assert colouring.layers(None) is None


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
        assert scale == Scale("gradient", free.span, True, free.tops, free.decades)


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
    assert shown.gradient is not None
    shown.gradient[1].W[0, 0] = np.nan
    shown.gradient[1].W[0, 1] = np.inf
    tops = scale_of(Colouring(), shown).tops
    assert tops[0] == pytest.approx(1e-3)
    assert np.isfinite(tops[1])


def test_that_the_scale_reaches_to_the_strongest_bias_too() -> None:
    network = Network((4, 3, 2))
    parts = network.split(np.zeros_like(network.params))
    parts[0].W[0, 0], parts[0].b[1], parts[1].b[0] = 0.009, 0.09, 0.9
    colouring = Colouring()
    colouring.rescale(NetworkState(network.split(network.params), parts, None))
    assert colouring.scale.tops == pytest.approx((0.1, 1.0))


@pytest.mark.parametrize("mode", ["layer", "network"])
def test_that_a_layer_without_a_finite_value_is_not_taken_for_zero(mode: Mode) -> None:
    network = Network((4, 3, 2))
    parts = network.split(np.full_like(network.params, np.nan))
    parts[1].W[:], parts[1].b[:] = 0.09, 0
    colouring = Colouring()
    colouring.choose_mode(mode)
    colouring.rescale(NetworkState(network.split(network.params), parts, None))
    first = np.inf if mode == "layer" else 0.1
    assert colouring.scale.tops == pytest.approx((first, 0.1))
    assert (colouring.levels(0, parts[0].W) == NOT_FINITE).all()
