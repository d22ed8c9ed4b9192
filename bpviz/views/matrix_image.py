"""A layer's matrix as pictures, made anew only when something about them has changed."""

from PySide6.QtGui import QColor, QImage

from bpviz.views.colouring import Colouring
from bpviz.views.colours import Levels
from bpviz.views.edge_image import packed
from bpviz.views.matrix_cells import pixels
from bpviz.views.matrix_geometry import GAP_CELL_PX, MatrixLayout
from bpviz.views.theme import Theme


class MatrixImage:
    """Keeps the pictures of the weights and of the biases below them."""

    def __init__(self) -> None:
        self._layout: MatrixLayout | None = None
        self._pictures: tuple[QImage, QImage] | None = None

    def recolour(self) -> None:
        """Take note that values, colours or the layer are other ones."""
        self._pictures = None

    def pictures(
        self, layout: MatrixLayout, pair: int, ratio: float, colouring: Colouring, theme: Theme
    ) -> tuple[QImage, QImage]:
        """
        Return both pictures, up to date. One of their pixels is one of the device.

        Parameters
        ----------
        layout
            Where the cells lie.
        pair
            Which layer's they are.
        ratio
            Device pixels in a pixel.
        colouring
            Which values are coloured, and how.
        theme
            Gives the colours.
        """
        if self._pictures is None or self._layout is not layout:
            rows, columns = layout.rows, layout.columns
            has_gaps = min(rows.cell, columns.cell) >= GAP_CELL_PX * ratio
            gap_px = round(ratio) if has_gaps else 0
            weights, biases = pixels(colouring, pair, rows.blocks, columns.blocks, gap_px)
            # The gaps have the ground's colour: what is opaque is painted faster.
            table = [QColor(theme.ground).rgb(), *packed(colouring.scale.signed, theme)[1:]]
            self._layout = layout
            self._pictures = _image(weights, table, ratio), _image(biases, table, ratio)
        return self._pictures


def _image(levels: Levels, colour_table: list[int], ratio: float) -> QImage:
    height, width = levels.shape
    image = QImage(levels.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(colour_table)
    painted = image.convertToFormat(QImage.Format.Format_RGB32)  # with memory of its own
    painted.setDevicePixelRatio(ratio)
    return painted
