"""A box that chooses one of a few by key: a row of buttons folded up."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox


class ChoiceBox(QComboBox):
    """
    Chooses one of a few, where there is no room for `Segmented`.

    Parameters
    ----------
    name, accessible_name, tip
        The object name, what screen readers say, and the tool tip.
    options
        Of each: its key and its text.

    Signals
    -------
    chosen : str
        The key, when the choice has changed.
    """

    chosen = Signal(str)

    def __init__(
        self, name: str, accessible_name: str, tip: str, options: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setToolTip(tip)
        self._keys = [key for key, _ in options]
        self.addItems([text for _, text in options])
        self.currentIndexChanged.connect(self._on_changed)

    @property
    def choice(self) -> str:
        """The key chosen."""
        return self._keys[self.currentIndex()]

    def choose(self, key: str) -> None:
        """Choose by key."""
        self.setCurrentIndex(self._keys.index(key))

    def _on_changed(self) -> None:
        self.chosen.emit(self.choice)
