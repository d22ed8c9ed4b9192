from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from bpviz.data.mnist import DataError, Mnist, as_input, load_mnist
from bpviz.resources import resource


@pytest.fixture(scope="module")
def mnist() -> Mnist:
    return load_mnist()


def test_that_the_digits_are_divided_into_55000_5000_and_10000(mnist: Mnist) -> None:
    for split, n in ((mnist.train, 55_000), (mnist.validation, 5_000), (mnist.test, 10_000)):
        assert len(split) == n
        assert split.x.shape == (n, 784)
        assert split.y.shape == (n,)
        assert split.x.dtype == split.y.dtype == np.uint8


def test_that_validation_is_the_end_of_the_training_pictures(mnist: Mnist) -> None:
    with np.load(resource("mnist.npz")) as file:
        x, y = file["x_train"].reshape(-1, 784), file["y_train"]
    assert np.array_equal(mnist.train.x, x[:55_000])
    assert np.array_equal(mnist.train.y, y[:55_000])
    assert np.array_equal(mnist.validation.x, x[55_000:])
    assert np.array_equal(mnist.validation.y, y[55_000:])


def test_that_pictures_and_labels_are_those_of_mnist(mnist: Mnist) -> None:
    assert mnist.train.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.test.y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    pixels = np.concatenate([mnist.train.x, mnist.validation.x])
    assert pixels.mean() / 255 == pytest.approx(0.130660, abs=1e-6)


def test_that_nobody_can_write_on_the_digits(mnist: Mnist) -> None:
    for split in (mnist.train, mnist.validation, mnist.test):
        with pytest.raises(ValueError, match="read-only"):
            split.x[0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            split.y[0] = 1
    with pytest.raises(FrozenInstanceError):
        mnist.test.y = mnist.train.y  # type: ignore[misc]


def assert_one_clear_line(error: DataError, path: Path, fault: str) -> None:
    message = str(error)
    assert message.startswith(f"{path} {fault}")
    assert "reinstall bpviz" in message
    assert "git checkout resources/mnist.npz" in message
    assert "\n" not in message


def test_that_a_missing_file_is_named_with_its_cure(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    with pytest.raises(DataError) as caught:
        load_mnist(path)
    assert_one_clear_line(caught.value, path, "cannot be read (No such file or directory)")


def test_that_an_unreadable_file_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_mnist(tmp_path)
    assert_one_clear_line(caught.value, tmp_path, "cannot be read (")


@pytest.mark.parametrize("damage", ["emptied", "truncated", "one bit flipped", "not an archive"])
def test_that_a_changed_file_is_refused_with_its_cure(tmp_path: Path, damage: str) -> None:
    content = bytearray(resource("mnist.npz").read_bytes())
    if damage == "one bit flipped":
        content[len(content) // 2] ^= 1
    elif damage == "truncated":
        del content[-1000:]
    else:
        content = bytearray(b"" if damage == "emptied" else b"<html>not found</html>")
    path = tmp_path / "mnist.npz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_mnist(path)
    assert_one_clear_line(caught.value, path, "is truncated or altered")


def test_that_a_copy_of_the_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    path.write_bytes(resource("mnist.npz").read_bytes())
    assert len(load_mnist(path).test) == 10_000


def test_that_a_network_sees_pixels_as_float32_from_0_to_1() -> None:
    pixels = np.arange(256, dtype=np.uint8)
    seen = as_input(pixels)
    assert seen.dtype == np.float32
    assert np.array_equal(seen, (np.arange(256) / 255).astype(np.float32))


def test_that_a_picture_is_seen_with_the_same_bits_in_any_batch(mnist: Mnist) -> None:
    whole = as_input(mnist.test.x[:101])
    alone = np.stack([as_input(picture) for picture in mnist.test.x[:101]])
    shuffled = np.random.default_rng(0).permutation(101)
    assert np.array_equal(whole, alone)
    assert np.array_equal(whole[shuffled], as_input(mnist.test.x[shuffled]))
