"""The fill of a neuron's disc: how strongly it is activated."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bpviz.engine import Array
from bpviz.views.colours import between, rgb
from bpviz.views.theme import Theme

_STEPS = 100
_MIDDLE = _STEPS
_NOT_FINITE = 2 * _STEPS + 1


def shades(a: Array) -> NDArray[np.uint8]:
    """
    Return the shade of each neuron, an index into `shade_table`.

    Parameters
    ----------
    a : (n,)
        Activations of one layer. The largest magnitude, if it is above 1, gets the full colour.

    Returns
    -------
    (n,) uint8
    """
    finite = np.isfinite(a)
    magnitudes = np.where(finite, np.abs(a), 0)
    share = np.where(finite, a, 0) / max(float(magnitudes.max(initial=0)), 1.0)
    return np.where(finite, _MIDDLE + np.rint(_STEPS * share), _NOT_FINITE).astype(np.uint8)


@cache
def shade_table(theme: Theme) -> list[int]:
    """
    Return the colour of each shade: towards ink as a rises, towards blue as it falls.

    Returns
    -------
    list of int
        0xffRRGGBB.
    """
    t = np.arange(_STEPS + 1) / _STEPS
    falling = between(theme.raised, theme.negative, t)[:0:-1]
    rising = between(theme.raised, theme.ink, t)
    colours = np.vstack([falling, rising, rgb(theme.not_finite)]).round().astype(np.uint32)
    packed = 0xFF000000 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]
    return [int(colour) for colour in packed]
