"""A slider that lies under a plot, its handle below the value on the plot's axis."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStyle

HANDLE_PX = 14
"""Width of the handle, as in the style sheet."""

_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class PlotSlider(QSlider):
    """
    Goes where it is pressed and follows the mouse until it is let go.

    The wheel scrolls what the slider stands in. Its keys are its own while it has the focus, even
    where the window has a shortcut for them.

    Parameters
    ----------
    name
        The object name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._grip_px = 0.0

    def below(self, left_px: int, right_px: int) -> QHBoxLayout:
        """Return a row in which the handle's middle goes from end to end of the plot's axis."""
        row = QHBoxLayout()
        row.setContentsMargins(left_px - HANDLE_PX // 2, 0, right_px - HANDLE_PX // 2, 0)
        row.addWidget(self)
        return row

    def x_of(self, position: int) -> float:
        """Return where the handle's middle is at a position, in pixels from the left."""
        steps = max(self.maximum() - self.minimum(), 1)
        room = self.width() - HANDLE_PX
        return HANDLE_PX / 2 + room * (position - self.minimum()) / steps

    def position_at(self, x_px: float) -> int:
        """Return the position whose handle is nearest."""
        return QStyle.sliderValueFromPosition(
            self.minimum(),
            self.maximum(),
            round(x_px - HANDLE_PX / 2),
            max(self.width() - HANDLE_PX, 1),
        )

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            == Qt.KeyboardModifier.NoModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        x = event.position().x()
        # Grasped by its handle it does not jump.
        self._grip_px = x - self.x_of(self.sliderPosition())
        if abs(self._grip_px) > HANDLE_PX / 2:
            self._grip_px = 0.0
        self.setSliderDown(True)
        self.setSliderPosition(self.position_at(x - self._grip_px))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self.position_at(event.position().x() - self._grip_px))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
