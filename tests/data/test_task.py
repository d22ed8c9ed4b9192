import numpy as np
import pytest

from bpviz.data import CLASSES, Samples, Table, Task, as_input, digits, load_mnist


@pytest.fixture(scope="module")
def mnist_task() -> Task:
    return digits(load_mnist())


def test_that_the_digits_are_pictures_of_784_pixels_in_10_classes(mnist_task: Task) -> None:
    assert mnist_task.classes == CLASSES
    assert (mnist_task.n_in, mnist_task.n_out) == (784, 10)
    assert mnist_task.inputs is None
    assert mnist_task.start is None
    assert mnist_task.dtype == np.float32
    sets = (mnist_task.train, mnist_task.validation, mnist_task.test)
    assert [s and len(s) for s in sets] == [55_000, 5_000, 10_000]


@pytest.mark.parametrize("which", [slice(7, 12), np.array([11, 3, 3, 54_999])])
def test_that_the_digits_are_handed_out_as_a_network_sees_them(
    mnist_task: Task, which: slice | np.ndarray[tuple[int], np.dtype[np.intp]]
) -> None:
    split = load_mnist().train
    labels = mnist_task.train.labels(which)
    assert labels is not None
    assert np.array_equal(labels, split.y[which])
    assert np.array_equal(mnist_task.train.inputs(which), as_input(split.x[which]))
    targets = mnist_task.train.targets(which)
    assert np.array_equal(targets, labels[:, None] == np.arange(10))
    assert mnist_task.train.inputs(which).dtype == targets.dtype == np.float32


def test_that_a_table_hands_out_the_samples_asked_for() -> None:
    x = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    y = np.array([[6.0], [7.0], [8.0]])
    table: Samples = Table(x, y, np.array([0, 1, 0]))
    picked = np.array([2, 0])
    assert len(table) == 3
    assert table.inputs(picked).tolist() == [[4, 5], [0, 1]]
    assert table.targets(picked).tolist() == [[8], [6]]
    labels = table.labels(slice(1, 3))
    assert labels is not None
    assert labels.tolist() == [1, 0]
    assert table.inputs(picked).dtype == np.float64


def test_that_a_table_need_not_have_classes() -> None:
    table = Table(np.zeros((2, 3)), np.zeros((2, 1)))
    task = Task(("out",), ("i1", "i2", "i3"), table, dtype=np.dtype(np.float64))
    assert table.labels(slice(None)) is None
    assert (task.n_in, task.n_out) == (3, 1)
    assert task.validation is None
    assert task.test is None
