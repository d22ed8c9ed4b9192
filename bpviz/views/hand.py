"""The hand on a picture that can be moved: whether it clicks or drags."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

# A press that moves less is a click.
CLICK_PX = 4


class Hand:
    """
    Tells clicks with the left button from drags; all points are in the widget's pixels.

    Attributes
    ----------
    at
        Where the mouse is, None if it is not on the picture.
    """

    def __init__(self) -> None:
        self.at: QPointF | None = None
        self._held: QPointF | None = None
        self._drags = False

    def press(self, event: QMouseEvent) -> None:
        """Take hold."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held, self._drags = event.position(), False

    def move(self, event: QMouseEvent) -> QPointF | None:
        """Return by how much the picture is dragged, None if it is not."""
        self.at = event.position()
        if self._held is None:
            return None
        moved = self.at - self._held
        self._drags = self._drags or moved.manhattanLength() > CLICK_PX
        if not self._drags:
            return None
        self._held = self.at
        return moved

    def release(self, event: QMouseEvent) -> QPointF | None:
        """Let go, and return where it was clicked, None if it was not."""
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        clicked = None if self._drags else self._held
        self._held, self._drags = None, False
        return clicked
