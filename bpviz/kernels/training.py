"""The loops of ``train.c``, as ctypes sees them."""

import ctypes
from ctypes import POINTER, Structure, c_double, c_float, c_int32, c_int64, c_uint8
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels import library


class StoredSamples(NamedTuple):
    """
    Samples as they lie in memory: pixels, or the inputs themselves.

    Attributes
    ----------
    pixels : (N, n_in) uint8 or None
        What `shades` says the inputs of; None where `x` holds them.
    shades : (256,) float32 or None
        The input that each pixel value stands for.
    x : (N, n_in) float32 or None
        Inputs.
    labels : (N,) uint8 or None
        Which row of `y` is each sample's target; None if its own.
    y : (n_classes or N, n_out) float32
        Targets.
    """

    pixels: NDArray[np.uint8] | None
    shades: NDArray[np.float32] | None
    x: NDArray[np.float32] | None
    labels: NDArray[np.uint8] | None
    y: NDArray[np.float32]


class CSamples(Structure):
    """``Samples`` of train.c."""

    _fields_ = (
        ("pixels", POINTER(c_uint8)),
        ("shades", POINTER(c_float)),
        ("x", POINTER(c_float)),
        ("labels", POINTER(c_uint8)),
        ("y", POINTER(c_float)),
    )


class CNetwork(Structure):
    """``Network`` of train.c: what each array is, is said there."""

    _fields_ = (
        ("layers", c_int64),
        ("sizes", POINTER(c_int64)),
        ("hidden", c_int64),
        ("output", c_int64),
        ("loss", c_int64),
        ("params", POINTER(c_float)),
        ("optimizer", c_int64),
        ("train_biases", c_int64),
        ("learning_rate", c_double),
        ("weight_decay", c_double),
        ("momentum", c_double),
        ("square_decay", c_double),
        ("epsilon", c_double),
        ("t", c_int64),
        ("moment", POINTER(c_float)),
        ("square", POINTER(c_float)),
        ("n", c_int64),
        ("n_inked", c_int64),
        ("rows", POINTER(c_int64)),
        ("where", POINTER(c_int32)),
        ("ink", POINTER(c_float)),
        ("columns", POINTER(c_int64)),
        ("whose", POINTER(c_int32)),
        ("column_ink", POINTER(c_float)),
        ("x", POINTER(c_float)),
        ("y", POINTER(c_float)),
        ("z", POINTER(c_float)),
        ("a", POINTER(c_float)),
        ("delta", POINTER(c_float)),
        ("share", POINTER(c_float)),
        ("values", POINTER(c_float)),
        ("gradient", POINTER(c_float)),
        ("step", POINTER(c_float)),
        ("before", POINTER(c_float)),
        ("panel", POINTER(c_float)),
        ("keeps", c_int64),
    )


_TYPES: dict[np.dtype[Any], Any] = {
    np.dtype(np.float32): c_float,
    np.dtype(np.uint8): c_uint8,
    np.dtype(np.int64): c_int64,
    np.dtype(np.int32): c_int32,
}


def pointer(array: NDArray[Any] | None) -> Any:
    """
    Return a C pointer to the first element of an array, which it keeps alive; null for None.

    Raises
    ------
    ValueError
        If the array does not lie in one piece, row by row.
    """
    if array is None:
        return None
    if not array.flags.c_contiguous:
        raise ValueError("the loops in C need arrays that lie in one piece")
    return array.ctypes.data_as(POINTER(_TYPES[array.dtype]))


def c_samples(samples: StoredSamples) -> CSamples:
    """Return pointers to samples, which must be kept alive."""
    return CSamples(*map(pointer, samples))


def declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """Return a library, of whose functions it is said what they take and return."""
    network, samples, order = POINTER(CNetwork), POINTER(CSamples), POINTER(c_int64)
    counts, floats, double = (c_int64, c_int64), POINTER(c_float), POINTER(c_double)
    declarations: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
        ("take", None, (network, samples, order, c_int64)),
        ("forward", c_int64, (network, c_int64)),
        ("loss", c_double, (network,)),
        ("backward", c_int64, (network, c_int64)),
        ("update", None, (network,)),
        ("train", c_int64, (network, samples, order, *counts, floats)),
        ("evaluate", c_int64, (network, samples, order, *counts, double)),
        ("panel_width", c_int64, ()),
    )
    for name, result, takes in declarations:
        function = library[f"bp_{name}"]
        function.restype, function.argtypes = result, takes
        setattr(library, f"bp_{name}", function)
    return library


loops = None if library is None else declared(library)
"""The library, its functions declared; None where there is none."""
