import numpy as np
import pytest

from bpviz.engine import Network


def make(seed: int = 0, dtype: type[np.floating] = np.float32) -> Network:
    return Network([3, 4, 2], np.random.default_rng(seed), hidden="tanh", dtype=dtype)


def test_that_parameters_lie_in_one_flat_array_layer_by_layer() -> None:
    network = make()
    first, second = network.layers
    parts = [first.W.ravel(), first.b, second.W.ravel(), second.b]
    assert network.params.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    np.testing.assert_array_equal(network.params, np.concatenate(parts))
    assert [layer.W.shape for layer in network.layers] == [(3, 4), (4, 2)]
    assert [layer.b.shape for layer in network.layers] == [(4,), (2,)]


def test_that_layers_are_views_so_that_writing_either_way_is_seen() -> None:
    network = make()
    network.params[:] = np.arange(network.params.size)
    assert network.layers[0].W[2, 1] == 2 * 4 + 1
    assert network.layers[1].b[1] == network.params.size - 1
    network.layers[1].W[0, 1] = -7
    assert network.params[12 + 4 + 1] == -7


def test_that_weights_are_drawn_and_biases_start_at_zero() -> None:
    for layer in make().layers:
        assert (layer.W != 0).all()
        assert (layer.b == 0).all()


def test_that_without_a_generator_all_parameters_are_zero() -> None:
    assert not Network([3, 4, 2]).params.any()


def test_that_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    assert make(5).params.tobytes() == make(5).params.tobytes()
    assert make(5).params.tobytes() != make(6).params.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_predictions_keep_the_dtype_of_the_parameters(dtype: type[np.floating]) -> None:
    network = make(dtype=dtype)
    assert network.params.dtype == dtype
    assert network.predict(np.ones((5, 3), dtype)).dtype == dtype


def test_that_predictions_are_the_layers_one_after_the_other() -> None:
    network = make(dtype=np.float64)
    network.params[:] = np.random.default_rng(1).normal(size=network.params.size)
    (W1, b1), (W2, b2) = ((layer.W, layer.b) for layer in network.layers)
    x = np.random.default_rng(2).normal(size=(5, 3))
    powers = np.exp(np.tanh(x @ W1 + b1) @ W2 + b2)
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.predict(x), expected, rtol=1e-13)


def test_that_a_network_without_hidden_layers_works() -> None:
    network = Network([3, 2], np.random.default_rng(0), output="linear", loss="squared_error")
    np.testing.assert_array_equal(network.predict(np.eye(3, dtype=np.float32)), network.layers[0].W)


def test_that_split_gives_views_shaped_like_the_layers() -> None:
    network = make()
    flat = np.zeros_like(network.params)
    for part, layer in zip(network.split(flat), network.layers, strict=True):
        assert part.W.shape == layer.W.shape
        assert part.b.shape == layer.b.shape
        part.W[:] = part.b[:] = 1
    assert flat.all()


def test_that_a_network_over_other_parameters_uses_them_without_a_copy() -> None:
    network = make(dtype=np.float64)
    before = network.params.copy()
    params = np.random.default_rng(1).normal(size=before.size)
    twin = network.over(params)
    assert twin.params is params
    params[0] = 3
    assert twin.layers[0].W[0, 0] == 3
    np.testing.assert_array_equal(network.params, before)
    assert (twin.sizes, twin.hidden, twin.output, twin.loss) == (
        network.sizes,
        network.hidden,
        network.output,
        network.loss,
    )


def test_that_a_network_over_read_only_parameters_still_predicts() -> None:
    network = make()
    params = network.params.copy()
    params.flags.writeable = False
    x = np.ones((2, 3), np.float32)
    assert network.over(params).predict(x).tobytes() == network.predict(x).tobytes()


def test_that_a_wrong_number_of_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match=r"26 parameters are needed, not \(25,\)"):
        make().over(np.zeros(25))


@pytest.mark.parametrize("sizes", [[], [3], [3, 0, 2], [3, -1]])
def test_that_impossible_sizes_are_refused(sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="two or more layers of 1 or more neurons"):
        Network(sizes)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"hidden": "softmax"}, "unknown hidden activation 'softmax': choose one of relu, leaky"),
        ({"output": "step"}, "unknown output activation 'step': choose one of softmax, relu"),
        ({"loss": "hinge"}, "unknown loss 'hinge': choose one of cross_entropy, squared_error"),
        ({"initializer": "ones"}, "unknown initializer 'ones': choose one of he, xavier"),
    ],
)
def test_that_an_unknown_name_is_refused_with_what_there_is(
    names: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Network([3, 2], None, **names)


@pytest.mark.parametrize("output", ["relu", "leaky_relu", "tanh", "linear"])
def test_that_cross_entropy_is_refused_where_outputs_are_no_probabilities(output: str) -> None:
    with pytest.raises(ValueError, match="use softmax or sigmoid there, not"):
        Network([3, 2], output=output, loss="cross_entropy")
