from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from bpviz.session.blas_threads import MANY_PARAMETERS, fit_blas_threads


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    with threadpool_limits():
        yield


def in_use() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (8, 7), (None, 1)])
def test_that_a_large_network_leaves_one_core_to_the_window(
    cores: int | None, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert fit_blas_threads(MANY_PARAMETERS) == threads


def test_that_a_small_network_gets_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    threadpool_limits(2)
    assert fit_blas_threads(MANY_PARAMETERS - 1) == 1
    assert in_use() == {1}
