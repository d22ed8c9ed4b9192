"""A row of buttons of which one is chosen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget


class Segmented(QWidget):
    """
    Chooses one of a few.

    Parameters
    ----------
    name
        The object name, and the first part of the buttons' object names.
    options
        Of each: its key, its text, its tool tip.

    Signals
    -------
    chosen : str
        The key, when the choice has changed.
    """

    chosen = Signal(str)

    def __init__(self, name: str, options: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self.setObjectName(name)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for key, text, tip in options:
            button = QToolButton()
            button.setObjectName(f"{name}_{key}".replace(" ", "_"))
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(text)
            button.setCheckable(True)
            button.setProperty("segment", True)
            self._group.addButton(button)
            layout.addWidget(button)
            self.buttons[key] = button
            button.toggled.connect(self._on_toggled)
        self.buttons[options[0][0]].setChecked(True)

    @property
    def choice(self) -> str:
        """The key chosen."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose by key."""
        self.buttons[key].setChecked(True)

    def _on_toggled(self, checked: bool) -> None:
        if checked:
            self.chosen.emit(self.choice)
