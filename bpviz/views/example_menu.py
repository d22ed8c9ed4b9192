"""The menu that chooses a test picture."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

_NUMBERED = "numbered"
"""Data of the entry that asks for a picture's number."""


class ExampleMenu(QMenu):
    """
    Asks for a picture of any digit, of one digit, or with one number.

    Signals
    -------
    example_requested : object
        A test picture of this digit is wanted; None: of any.
    example_numbered : int
        The test picture of this number is wanted, from 0.
    """

    example_requested = Signal(object)
    example_numbered = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("example_choices")
        self.addAction("Any digit")
        for digit in range(10):
            self.addAction(str(digit)).setData(digit)
        self.addSeparator()
        self.addAction("Picture number…").setData(_NUMBERED)
        self.triggered.connect(self._on_triggered)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data() == _NUMBERED:
            self._ask_for_number()
        else:
            self.example_requested.emit(action.data())

    def _ask_for_number(self) -> None:
        dialog = QInputDialog(self.parentWidget())
        dialog.setObjectName("example_number")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Picture number")
        dialog.setLabelText("Number of the MNIST test picture, 0 to 9999:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(0, 9999)
        dialog.intValueSelected.connect(self.example_numbered)
        dialog.open()
