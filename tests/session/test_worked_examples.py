import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from bpviz.engine import OPTIMIZERS, Network, Records, collect, parameter_count, stages
from bpviz.session.worked_examples import CHAIN, TWO_TWO_TWO, WORKED_EXAMPLES, XOR, WorkedExample


def network_of(example: WorkedExample) -> Network:
    task, settings = example.task, example.settings
    assert task.start is not None
    return Network(
        settings.sizes(task.n_in, task.n_out),
        hidden=settings.activation,
        output=settings.output,
        loss=settings.loss,
        dtype=task.dtype,
    ).over(task.start.copy())


def train(example: WorkedExample, network: Network) -> Records:
    """Train one batch of all samples."""
    task, settings = example.task, example.settings
    x, y = task.train.inputs(slice(None)), task.train.targets(slice(None))
    optimizer = OPTIMIZERS[settings.optimizer](learning_rate=settings.learning_rate)
    records = Records(network.over(network.params.copy()), x, y)
    return collect(records, stages(network, x, y, optimizer, task.train_biases))


def named(example: WorkedExample, values: Sequence[float] | np.ndarray) -> dict[str, float]:
    return dict(zip(example.parameter_names, map(float, values), strict=True))


def gradient_of(records: Records) -> np.ndarray:
    assert records.gradient is not None
    return records.gradient


def loss_of(records: Records) -> float:
    assert records.loss is not None
    return records.loss.value


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_that_each_example_is_complete() -> None:
    assert [example.key for example in WORKED_EXAMPLES] == ["chain", "2-2-2", "xor"]
    for example in WORKED_EXAMPLES:
        task = example.task
        sizes = example.settings.sizes(task.n_in, task.n_out)
        assert task.inputs is not None
        assert task.start is not None
        assert len(task.inputs) == task.n_in
        assert len(example.hidden_names) == sum(sizes[1:-1])
        assert len(set(example.parameter_names)) == len(example.parameter_names)
        assert len(example.parameter_names) == len(task.start) == parameter_count(sizes)
        assert len(task.train) == example.settings.batch_size
        for array in (task.start, task.train.inputs(slice(None)), task.train.targets(slice(None))):
            assert array.dtype == task.dtype == np.float64
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1


@pytest.mark.parametrize("example", WORKED_EXAMPLES, ids=lambda example: example.key)
def test_that_names_stand_where_the_weights_lead(example: WorkedExample) -> None:
    # Numbered as in the sources: neuron by neuron, and the weights of one by where they come from.
    task = example.task
    number, expected = 0, []
    for n_in, n_out in pairwise(example.settings.sizes(task.n_in, task.n_out)):
        numbers = np.arange(number + 1, number + n_in * n_out + 1).reshape(n_out, n_in)
        expected += [f"w{k}" for k in numbers.T.ravel()] + ["b"] * n_out
        number += n_in * n_out
    names = [n if n.startswith("w") else n[:1] for n in example.parameter_names]
    assert names == expected


def test_that_the_2_2_2_gives_the_articles_numbers() -> None:
    w = {f"w{k}": v for k, v in enumerate((0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55), 1)}
    i1, i2, t1, t2 = 0.05, 0.1, 0.01, 0.99
    h1 = sigmoid(w["w1"] * i1 + w["w2"] * i2 + 0.35)
    h2 = sigmoid(w["w3"] * i1 + w["w4"] * i2 + 0.35)
    o1 = sigmoid(w["w5"] * h1 + w["w6"] * h2 + 0.6)
    o2 = sigmoid(w["w7"] * h1 + w["w8"] * h2 + 0.6)
    loss = ((t1 - o1) ** 2 + (t2 - o2) ** 2) / 2
    d1, d2 = (o1 - t1) * o1 * (1 - o1), (o2 - t2) * o2 * (1 - o2)
    e1 = (d1 * w["w5"] + d2 * w["w7"]) * h1 * (1 - h1)
    e2 = (d1 * w["w6"] + d2 * w["w8"]) * h2 * (1 - h2)
    expected = {"w1": e1 * i1, "w2": e1 * i2, "w3": e2 * i1, "w4": e2 * i2}
    expected |= {"w5": d1 * h1, "w6": d1 * h2, "w7": d2 * h1, "w8": d2 * h2}
    expected |= {"b1 (h1)": e1, "b1 (h2)": e2, "b2 (o1)": d1, "b2 (o2)": d2}

    network = network_of(TWO_TWO_TWO)
    assert named(TWO_TWO_TWO, network.params).items() >= w.items()
    records = train(TWO_TWO_TWO, network)
    after = named(TWO_TWO_TWO, network.params)
    gradient = named(TWO_TWO_TWO, gradient_of(records))
    assert loss_of(records) == pytest.approx(loss, rel=1e-12)
    assert gradient == pytest.approx(expected, rel=1e-12)
    for name, value in w.items():
        assert after[name] == pytest.approx(value - 0.5 * expected[name], rel=1e-12)

    assert f"{loss_of(records):.9f}" == "0.298371109"
    assert f"{gradient['w5']:.8f}" == "0.08216704"
    assert f"{after['w5']:.8f}" == "0.35891648"
    assert f"{gradient['w1']:.8f}" == "0.00043857"
    assert f"{after['w1']:.8f}" == "0.14978072"
    assert [after[f"b1 ({h})"] for h in ("h1", "h2")] == [0.35, 0.35]
    assert [after[f"b2 ({o})"] for o in ("o1", "o2")] == [0.6, 0.6]
    assert f"{loss_of(train(TWO_TWO_TWO, network)):.9f}" == "0.291027774"


def test_that_the_article_moves_the_last_weights_first_as_the_text_says() -> None:
    network = network_of(TWO_TWO_TWO)
    records = train(TWO_TWO_TWO, network)
    first = records.forwards[0]
    hidden = (records.backwards[0].delta @ network.layers[1].W.T) * first.a * (1 - first.a)
    assert TWO_TWO_TWO.task.start is not None
    network.layers[0].W[:] = TWO_TWO_TWO.task.start[:4].reshape(2, 2) - 0.5 * first.a_in.T @ hidden
    assert f"{loss_of(train(TWO_TWO_TWO, network)):.9f}" == "0.291027924"
    assert "0.291027924" in TWO_TWO_TWO.text


def test_that_the_chain_gives_the_activations_of_the_video() -> None:
    a1 = sigmoid(1.5 * 0.4 - 0.4)
    a2 = sigmoid(-1.2 * a1 + 0.58)
    a3 = sigmoid(1.8 * a2 - 0.2)
    d3 = (a3 - 1) * a3 * (1 - a3)
    d2 = d3 * 1.8 * a2 * (1 - a2)
    d1 = d2 * -1.2 * a1 * (1 - a1)
    expected = {"w1": d1 * 0.4, "b1": d1, "w2": d2 * a1, "b2": d2, "w3": d3 * a2, "b3": d3}

    network = network_of(CHAIN)
    records = train(CHAIN, network)
    assert [f"{forward.a.item():.2f}" for forward in records.forwards[1:]] == ["0.48", "0.66"]
    assert named(CHAIN, gradient_of(records)) == pytest.approx(expected, rel=1e-12)
    assert 2 * loss_of(records) == pytest.approx((a3 - 1) ** 2, rel=1e-12)
    video = a2 * (a3 * (1 - a3)) * (2 * (a3 - 1))
    assert 2 * named(CHAIN, gradient_of(records))["w3"] == pytest.approx(video, rel=1e-12)
    assert CHAIN.task.start is not None
    start = named(CHAIN, CHAIN.task.start)
    for name, value in named(CHAIN, network.params).items():
        assert value == pytest.approx(start[name] - expected[name], rel=1e-12)


def test_that_the_first_batch_of_xor_is_that_of_a_calculation_by_hand() -> None:
    loss, expected = 0.0, dict.fromkeys(XOR.parameter_names, 0.0)
    for (i1, i2), t in (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)):
        h1, h2 = math.tanh(i1 - i2), math.tanh(i1 / 2 - i2)
        o = sigmoid(h1 - h2)
        loss += (o - t) ** 2 / 2 / 4
        d = (o - t) * o * (1 - o)
        e1, e2 = d * (1 - h1**2), -d * (1 - h2**2)
        parts = {"w1": e1 * i1, "w2": e1 * i2, "w3": e2 * i1, "w4": e2 * i2, "b1": e1, "b2": e2}
        for name, part in (parts | {"w5": d * h1, "w6": d * h2, "b3": d}).items():
            expected[name] += part / 4
    records = train(XOR, network_of(XOR))
    assert loss_of(records) == pytest.approx(loss, rel=1e-12)
    assert named(XOR, gradient_of(records)) == pytest.approx(expected, rel=1e-12)
    assert records.forwards[0].a[0].tolist() == [0, 0]
    assert records.forwards[1].a[0].tolist() == [0.5]


def test_that_xor_is_learnt_within_500_batches() -> None:
    network = network_of(XOR)
    for _ in range(500):
        records = train(XOR, network)
    wrong = np.abs(records.forwards[-1].a - XOR.task.train.targets(slice(None)))
    assert wrong.max() < 0.1
