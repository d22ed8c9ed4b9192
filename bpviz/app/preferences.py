"""What is remembered from one start of the program to the next."""

from typing import Literal

from PySide6.QtCore import QByteArray, QSettings

ThemeChoice = Literal["system", "dark", "light"]
THEME_CHOICES: tuple[ThemeChoice, ...] = ("system", "dark", "light")


class Preferences:
    """The window's place and looks, kept where the system keeps such things."""

    def __init__(self) -> None:
        self._store = QSettings()

    @property
    def theme(self) -> ThemeChoice:
        """Dark, light, or as the desktop is."""
        stored = self._store.value("theme")
        return next((choice for choice in THEME_CHOICES if choice == stored), "system")

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice)

    @property
    def matrix(self) -> bool:
        """Whether the matrix stands beside the graph."""
        return self._store.value("matrix") in (True, "true")

    @matrix.setter
    def matrix(self, shown: bool) -> None:
        self._store.setValue("matrix", shown)

    @property
    def geometry(self) -> QByteArray | None:
        """As `QWidget.saveGeometry` gave it; None the first time."""
        stored = self._store.value("geometry")
        return stored if isinstance(stored, QByteArray) else None

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("geometry", geometry)
