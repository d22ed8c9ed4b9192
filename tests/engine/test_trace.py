from itertools import islice

import numpy as np
import pytest

from bpviz.engine import Array, Backward, Forward, Network, stages, trace_input, trace_sample


@pytest.fixture
def network() -> Network:
    return Network([5, 4, 3], np.random.default_rng(0), hidden="tanh")


def batch() -> tuple[Array, Array]:
    rng = np.random.default_rng(1)
    return rng.normal(size=(6, 5)).astype(np.float32), np.eye(3, dtype=np.float32)[
        [0, 1, 2, 2, 1, 0]
    ]


@pytest.mark.parametrize("sample", [0, 4])
def test_that_a_trace_is_one_row_of_every_record(network: Network, sample: int) -> None:
    x, y = batch()
    records = list(stages(network, x, y))
    trace = trace_sample(records, sample)
    np.testing.assert_array_equal(trace.x, x[sample])
    for record in records:
        if isinstance(record, Forward):
            np.testing.assert_array_equal(trace.z[record.layer], record.z[sample])
            np.testing.assert_array_equal(trace.a[record.layer], record.a[sample])
        elif isinstance(record, Backward):
            np.testing.assert_array_equal(trace.delta[record.layer], record.delta[sample])
    assert len(trace.z) == len(trace.a) == len(trace.delta) == 2


def test_that_a_trace_of_the_forward_pass_alone_has_no_delta(network: Network) -> None:
    trace = trace_sample(islice(stages(network, *batch()), 2), 0)
    assert [a.shape for a in trace.a] == [(4,), (3,)]
    assert trace.delta == ()


def test_that_an_input_without_a_label_is_traced_forward(network: Network) -> None:
    x = batch()[0][0]
    before = network.params.tobytes()
    trace = trace_input(network, x)
    W1, b1 = network.layers[0].W, network.layers[0].b
    np.testing.assert_allclose(trace.z[0], x @ W1 + b1, rtol=1e-5, atol=1e-6)
    assert trace.a[-1].tobytes() == network.predict(x[None])[0].tobytes()
    assert trace.delta == ()
    assert network.params.tobytes() == before


def test_that_an_input_of_another_dtype_is_taken_too(network: Network) -> None:
    trace = trace_input(network, np.ones(5, np.float64))
    assert {array.dtype for array in (trace.x, *trace.z, *trace.a)} == {np.dtype(np.float32)}
