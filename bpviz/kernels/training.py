"""The loops of ``train.c``, as ctypes sees them."""

import ctypes
from ctypes import POINTER, Structure, c_double, c_int64, c_void_p
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpviz.kernels import library
from bpviz.kernels.addresses import address


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

    _fields_ = tuple((name, c_void_p) for name in StoredSamples._fields)


class CNetwork(Structure):
    """``Network`` of train.c: what each field is, is said there. Pointers are addresses."""

    _fields_ = (
        ("layers", c_int64),
        ("sizes", c_void_p),
        ("hidden", c_int64),
        ("output", c_int64),
        ("loss", c_int64),
        ("params", c_void_p),
        ("optimizer", c_int64),
        ("train_biases", c_int64),
        ("learning_rate", c_double),
        ("weight_decay", c_double),
        ("momentum", c_double),
        ("square_decay", c_double),
        ("epsilon", c_double),
        ("t", c_int64),
        ("moment", c_void_p),
        ("square", c_void_p),
        ("n", c_int64),
        ("n_inked", c_int64),
        ("rows", c_void_p),
        ("where", c_void_p),
        ("ink", c_void_p),
        ("columns", c_void_p),
        ("whose", c_void_p),
        ("column_ink", c_void_p),
        ("x", c_void_p),
        ("y", c_void_p),
        ("z", c_void_p),
        ("a", c_void_p),
        ("delta", c_void_p),
        ("share", c_void_p),
        ("values", c_void_p),
        ("gradient", c_void_p),
        ("step", c_void_p),
        ("before", c_void_p),
        ("panel", c_void_p),
        ("keeps", c_int64),
    )


def in_one_piece(array: NDArray[Any] | None) -> int | None:
    """
    Return where an array begins, which must be kept alive as long as that is used; None for None.

    Raises
    ------
    ValueError
        If the array does not lie in one piece, row by row.
    """
    if array is None:
        return None
    if not array.flags.c_contiguous:
        raise ValueError("the loops in C need arrays that lie in one piece")
    return address(array)


def c_samples(samples: StoredSamples) -> CSamples:
    """
    Return samples, which must be kept alive, as the loops take them.

    Raises
    ------
    ValueError
        If an array is of another type than `StoredSamples` says, or does not lie in one piece.
    """
    for name, array in samples._asdict().items():
        wanted = np.uint8 if name in ("pixels", "labels") else np.float32
        if array is not None and array.dtype != wanted:
            raise ValueError(f"the loops in C need {name} of {wanted.__name__}, not {array.dtype}")
    return CSamples(*map(in_one_piece, samples))


def declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """Return a library, of whose functions it is said what they take and return."""
    network, samples, array = POINTER(CNetwork), POINTER(CSamples), c_void_p
    counts = (c_int64, c_int64)
    declarations: tuple[tuple[str, Any, tuple[Any, ...]], ...] = (
        ("take", None, (network, samples, array, c_int64)),
        ("forward", c_int64, (network, c_int64)),
        ("loss", c_double, (network,)),
        ("backward", c_int64, (network, c_int64)),
        ("update", None, (network,)),
        ("train", c_int64, (network, samples, array, *counts, array)),
        ("evaluate", c_int64, (network, samples, array, *counts, POINTER(c_double))),
        ("panel_width", c_int64, ()),
        ("network_size", c_int64, ()),
        ("samples_size", c_int64, ()),
    )
    for name, result, takes in declarations:
        function = library[f"bp_{name}"]
        function.restype, function.argtypes = result, takes
        setattr(library, f"bp_{name}", function)
    return library


loops = None if library is None else declared(library)
"""The library, its functions declared; None where there is none."""
