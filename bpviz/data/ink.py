"""
Ink: a drawing on a pad, brought into the form in which MNIST shows its digits, and back.

MNIST scaled each digit, its aspect ratio kept, into a box of 20 x 20 pixels, and laid that box into
28 x 28 pixels so that the centre of mass comes to the middle. A network trained on such pictures
reads a drawing only if the same is done to it. Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner
(1998), *Gradient-based learning applied to document recognition*, Proc. IEEE 86(11), section III.A.
"""

import math

import numpy as np
from numpy.typing import NDArray

SIDE_PX = 28
"""Height and width of the picture that a network sees, in pixels."""

BOX_PX = 20
"""Height or width, whichever is longer, of the digit in that picture."""


def to_mnist(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """
    Turn a drawing into the picture that a network sees.

    Neither the drawing's place on the pad nor its size matters, only its shape and how thick its
    strokes are beside it. All ink counts, stray specks too.

    Parameters
    ----------
    ink : (H, W) uint8
        The pad: 0 is paper, 255 is ink, greys are antialiased edges. Usually 280 x 280.

    Returns
    -------
    (28, 28) uint8
        The ink, its longer side 20 pixels, its centre of mass within half a pixel of pixel
        (14, 14), counted from zero, unless that would push ink off the picture. All zeros if
        there is no ink.
    """
    picture = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    rows, cols = np.flatnonzero(ink.max(axis=1)), np.flatnonzero(ink.max(axis=0))
    if not rows.size:
        return picture
    crop = ink[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1].astype(np.float32)
    height, width = crop.shape
    longer = max(height, width)
    small = np.rint(
        _averaging(height, BOX_PX * height / longer)
        @ crop
        @ _averaging(width, BOX_PX * width / longer).T
    )
    top, left = _start(small.sum(axis=1)), _start(small.sum(axis=0))
    picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    return picture


def _averaging(length: int, scaled: float) -> NDArray[np.float32]:
    """
    Return the matrix that scales a line of pixels by averaging over areas (a box filter).

    Parameters
    ----------
    length
        Pixels before scaling.
    scaled
        Pixels after scaling, fractions allowed. They may be more: then pixels are enlarged.

    Returns
    -------
    (n, length) float32
        Entry (i, j) is the share of new pixel i that old pixel j covers. The line lies in the
        middle of the n = ceil(scaled) new pixels.
    """
    n = math.ceil(scaled)
    edges = np.arange(length + 1) * (scaled / length) + (n - scaled) / 2
    new = np.arange(n)[:, np.newaxis]
    covered = np.minimum(edges[1:], new + 1) - np.maximum(edges[:-1], new)
    shares: NDArray[np.float32] = np.maximum(covered, 0).astype(np.float32)
    return shares


def _start(mass: NDArray[np.float32]) -> int:
    """
    Return where a line of pixels starts for its centre of mass to lie in 13.5 <= x < 14.5.

    MNIST shifts by whole pixels too: its centres of mass are spread over just this range.

    Parameters
    ----------
    mass : (n,) float32
        Ink in each pixel, whole numbers, n <= 28.

    Returns
    -------
    int
        The first pixel's place, 0 to 28 - n.
    """
    mean = float(mass @ np.arange(mass.size)) / max(float(mass.sum()), 1.0)
    return min(max(math.ceil(SIDE_PX / 2 - 0.5 - mean), 0), SIDE_PX - mass.size)


def from_mnist(picture: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """
    Put an MNIST picture on a drawing pad so that `to_mnist` gives the same picture back.

    Parameters
    ----------
    picture : (28, 28) uint8
        0 is paper, 255 is ink.
    size
        Height and width of the pad in pixels.

    Returns
    -------
    (size, size) uint8
        The picture with smooth strokes, in the middle of the pad. Each pixel of it has become a
        block of floor(size / 28) x floor(size / 28) pixels of the same mean.

    Raises
    ------
    ValueError
        If the pad is smaller than the picture.
    """
    factor = size // SIDE_PX
    if factor < 1:
        raise ValueError(f"a pad of {size} pixels cannot hold a picture of {SIDE_PX}")
    side = factor * SIDE_PX
    at = (np.arange(side)[:, np.newaxis] + 0.5) / factor - 0.5
    tent = np.maximum(1 - np.abs(at - np.arange(SIDE_PX)), 0).astype(np.float32)
    smooth = (tent @ picture @ tent.T).reshape(SIDE_PX, factor, SIDE_PX, factor)

    # Each block is faded or darkened as far as its mean needs. Paper fades to 0 and ink to no less
    # than 1, or the bounding box would change and with it the scale.
    wanted = picture.astype(np.float32)[:, np.newaxis, :, np.newaxis]
    mean = smooth.mean(axis=(1, 3), keepdims=True)
    limit = np.where(mean > wanted, np.minimum(wanted, 1), 255)
    smooth += np.abs(wanted - mean) / np.maximum(np.abs(limit - mean), 1e-6) * (limit - smooth)

    pad = np.zeros((size, size), np.uint8)
    middle = slice((size - side) // 2, (size + side) // 2)
    pad[middle, middle] = np.rint(smooth).reshape(side, side)
    return pad
