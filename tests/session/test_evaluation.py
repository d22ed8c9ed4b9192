import numpy as np
import pytest

from bpviz.data import Mnist, Split
from bpviz.engine import Network
from bpviz.session import evaluation
from bpviz.session.evaluation import evaluate, evaluate_in_chunks


@pytest.fixture(scope="module")
def pictures(mnist: Mnist) -> Split:
    """Two chunks and a shorter one."""
    return Split(mnist.validation.x[:600], mnist.validation.y[:600])


@pytest.fixture
def network() -> Network:
    network = Network([784, 12, 10], np.random.default_rng(0), hidden="tanh")
    network.layers[1].b[:] = np.linspace(-1, 1, 10)
    return network


def test_that_loss_and_accuracy_are_those_of_a_direct_computation(
    network: Network, pictures: Split
) -> None:
    (W1, b1), (W2, b2) = ((np.float64(layer.W), np.float64(layer.b)) for layer in network.layers)
    z = np.tanh(pictures.x / 255 @ W1 + b1) @ W2 + b2
    probabilities = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    right = probabilities[np.arange(600), pictures.y]

    result = evaluate(network, pictures)
    assert result.loss == pytest.approx(-np.log(right).mean(), rel=1e-6)
    assert result.accuracy == np.mean(z.argmax(axis=1) == pictures.y)
    assert 0 < result.accuracy < 1


def test_that_an_evaluation_pauses_between_chunks(
    network: Network, pictures: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "CHUNK_WORK", 250 * network.params.size)
    chunks = evaluate_in_chunks(network, pictures)
    for _ in range(3):
        next(chunks)
    with pytest.raises(StopIteration) as end:
        next(chunks)
    assert end.value.value == evaluate(network, pictures)


def test_that_an_evaluation_leaves_the_network_as_it_is(network: Network, pictures: Split) -> None:
    before = network.params.tobytes()
    evaluate(network, pictures)
    assert network.params.tobytes() == before
