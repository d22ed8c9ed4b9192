import numpy as np
import pytest
from numpy.typing import NDArray

from bpviz.engine import Array
from bpviz.kernels import raster
from bpviz.views.pooling import largest_finite, strongest_of_blocks

ROWS, COLUMNS = np.array([0, 4, 8]), np.array([0, 3, 6])
SHAPE = (10, 7)


@pytest.fixture(params=["C", "numpy"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test goes both ways."""
    if request.param == "numpy":
        monkeypatch.setattr(raster, "loops", None)
    elif raster.loops is None:
        pytest.skip("no library")
    way: str = request.param
    return way


pytestmark = pytest.mark.usefixtures("way")


def blocks_of(values: Array) -> list[list[Array]]:
    rows = (slice(0, 4), slice(4, 8), slice(8, 10))
    columns = (slice(0, 3), slice(3, 6), slice(6, 7))
    return [[values[i, j] for j in columns] for i in rows]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_the_strongest_of_each_block_keeps_its_sign(dtype: type) -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        values: Array = rng.normal(0, 1, SHAPE).astype(dtype)
        pooled = strongest_of_blocks(values, ROWS, COLUMNS)
        assert pooled.dtype == dtype
        for i, row in enumerate(blocks_of(values)):
            for j, block in enumerate(row):
                assert pooled[i, j] == block.flat[np.abs(block).argmax()]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_that_what_is_not_finite_wins(odd: float) -> None:
    values = np.ones(SHAPE, np.float32)
    values[9, 2] = odd
    pooled = strongest_of_blocks(values, ROWS, COLUMNS)
    np.testing.assert_array_equal(pooled[2, 0], np.float32(odd))
    assert np.isfinite(pooled).sum() == pooled.size - 1
    values[8, 0] = -np.inf
    values[8, 1] = -np.nan
    assert np.isnan(strongest_of_blocks(values, ROWS, COLUMNS)[2, 0])


def test_that_exact_zeros_stay_zero_only_among_themselves() -> None:
    values = np.zeros(SHAPE, np.float32)
    values[:2] = -0.0
    values[5, 4] = -1e-45
    pooled = strongest_of_blocks(values, ROWS, COLUMNS)
    assert pooled[1, 1] == np.float32(-1e-45)
    assert np.count_nonzero(pooled) == 1
    assert not np.signbit(pooled[0]).any(), "of two zeros the positive wins"


def test_that_of_equal_magnitudes_the_positive_wins() -> None:
    values = np.full(SHAPE, -2, np.float32)
    values[0, 1] = values[9, 6] = 2
    pooled = strongest_of_blocks(values, ROWS, COLUMNS)
    np.testing.assert_array_equal(np.argwhere(pooled == 2), [(0, 0), (2, 2)])


def test_that_blocks_of_one_value_are_that_value() -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert strongest_of_blocks(values, np.arange(2), np.arange(3)) is values


def test_that_rows_are_multiplied_before() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1, SHAPE).astype(np.float32)
    factors = rng.normal(0, 1, 10).astype(np.float32)
    factors[3] = np.inf
    values[3, 1] = 0
    with np.errstate(invalid="ignore"):
        product = factors[:, None] * values
    for rows, columns in ((ROWS, COLUMNS), (np.arange(10), np.arange(7))):
        np.testing.assert_array_equal(
            strongest_of_blocks(values, rows, columns, factors),
            strongest_of_blocks(product, rows, columns),
        )
    assert largest_finite(values, factors) == largest_finite(product)


def views(values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Matrices of this shape whose values lie in memory in various ways."""
    wide = np.zeros((20, 21), np.float32)
    wide[::2, 5:12] = values
    reversed_rows = values[::-1].copy()
    return [values.T.copy().T, wide[::2, 5:12], np.repeat(values, 2, axis=1)[:, ::2],
            reversed_rows[::-1]]  # fmt: skip


def test_that_it_does_not_matter_how_values_lie_in_memory() -> None:
    values = np.random.default_rng(2).normal(0, 1, SHAPE).astype(np.float32)
    pooled, top = strongest_of_blocks(values, ROWS, COLUMNS), largest_finite(values)
    for view in views(values):
        np.testing.assert_array_equal(view, values)
        np.testing.assert_array_equal(strongest_of_blocks(view, ROWS, COLUMNS), pooled)
        assert largest_finite(view) == top


def test_that_the_largest_finite_magnitude_passes_by_what_is_not() -> None:
    values = np.zeros(SHAPE, np.float32)
    assert largest_finite(values) == 0
    values[9, 6] = -3
    values[0, 0] = 2
    assert largest_finite(values) == 3
    values[1, 1], values[2, 2], values[3, 3] = np.inf, -np.inf, np.nan
    assert largest_finite(values) == 3
    assert largest_finite(np.full(SHAPE, np.nan, np.float32)) == np.inf
    assert largest_finite(np.full(SHAPE, 1e-45, np.float32)) == np.float32(1e-45)
    huge = float(np.finfo(np.float32).max)
    assert largest_finite(np.full(SHAPE, huge, np.float32)) == huge
