import numpy as np

from bpviz.bench.nets import DIGITS, SMALLEST, Net, circles
from bpviz.session.session import Session


def test_that_a_network_is_known_by_its_name() -> None:
    net = Net.named("784-128-64-10/32")
    assert net == Net((784, 128, 64, 10), 32)
    assert net.settings.hidden == (128, 64)
    assert net.settings.batch_size == 32


def test_that_a_batch_is_three_products_a_layer_but_for_the_blame_of_the_inputs() -> None:
    assert Net((3, 5, 2), 7).flops_per_batch == 2 * 7 * (2 * 3 * 5 + 3 * 5 * 2)
    wide = Net.named("784-1024-1024-10/128")
    weights = 784 * 1024 + 1024 * 1024 + 1024 * 10
    assert weights == 1_861_632
    assert wide.flops_per_batch == 2 * 128 * (3 * weights - 784 * 1024)


def test_that_every_network_is_one_that_the_program_can_train() -> None:
    for name in (*DIGITS, SMALLEST):
        net = Net.named(name)
        assert net.settings.sizes(net.sizes[0], net.sizes[-1]) == net.sizes


def test_that_the_points_are_a_disk_within_a_ring() -> None:
    task = circles()
    x, y = task.train.inputs(slice(None)), task.train.targets(slice(None))
    assert x.dtype == y.dtype == np.float32
    radius = np.hypot(*x.T)
    assert set(y.ravel()) == {-1, 1}
    assert radius[y[:, 0] > 0].max() < radius[y[:, 0] < 0].min()


def test_that_the_smallest_network_learns_the_points() -> None:
    net = Net.named(SMALLEST)
    session = Session(net.settings, net.task())
    assert session.network.sizes == (2, 4, 2, 1)
    while session.batch < 3000:
        session.advance()
    losses = session.history.losses
    assert losses[-100:].mean() < 0.5 * losses[:100].mean()
