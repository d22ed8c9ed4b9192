"""How many threads numpy's products of matrices get."""

import os

from threadpoolctl import threadpool_limits

# Below this, threads cost more than they save, see `fit_blas_threads`.
MANY_PARAMETERS = 1_000_000


def fit_blas_threads(n_params: int) -> int:
    """
    Give numpy as many threads as a network of that many parameters wants, and return how many.

    BLAS hands even the smallest product to all cores, and waiting for each other costs them more
    than they save: a small network trains three times as fast with one. A large one gets all cores
    but one, which is the window's. The loops in C, which train in numpy's place where there are
    any, take one.
    """
    spare = max((os.cpu_count() or 1) - 1, 1)
    threads = spare if n_params >= MANY_PARAMETERS else 1
    threadpool_limits(threads)
    return threads
