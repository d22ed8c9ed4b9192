import numpy as np
import pytest

from bpviz.engine import Network, Place, flat_index, locate


def network() -> Network:
    return Network([5, 4, 1, 3])


@pytest.mark.parametrize("index", range(5 * 4 + 4 + 4 + 1 + 3 + 3))
def test_that_a_parameter_is_where_its_place_says(index: int) -> None:
    net = network()
    net.params[index] = 7.0
    place = locate(net, index)
    layer = net.layers[place.layer]
    there = layer.b[place.end] if place.start is None else layer.W[place.start, place.end]
    assert there == 7.0


def test_that_a_place_leads_back_to_its_index_for_random_indices() -> None:
    net = Network([784, 16, 16, 10])
    for index in np.random.default_rng(0).integers(net.params.size, size=300).tolist():
        assert flat_index(net, *locate(net, index)) == index


def test_that_the_first_and_last_parameter_have_their_places() -> None:
    assert locate(network(), 0) == Place(0, 0, 0)
    assert locate(network(), 34) == Place(2, None, 2)


@pytest.mark.parametrize("index", [-1, 35, 1000])
def test_that_an_index_outside_the_array_is_refused(index: int) -> None:
    with pytest.raises(IndexError, match="no such parameter"):
        locate(network(), index)


@pytest.mark.parametrize(
    "place", [(-1, 0, 0), (3, 0, 0), (0, 5, 0), (0, -1, 0), (0, 0, 4), (0, 0, -1), (1, None, 1)]
)
def test_that_a_place_outside_the_network_is_refused(place: tuple[int, int | None, int]) -> None:
    with pytest.raises(IndexError):
        flat_index(network(), *place)
