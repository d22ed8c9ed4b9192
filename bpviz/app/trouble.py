"""Tells the user what went wrong, without stopping the program."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from bpviz.trainer.failure import Failure


def show_trouble(parent: QWidget, title: str, failure: Failure) -> None:
    """
    Open a dialog with the message, and the details to unfold and copy.

    It does not block: what happens meanwhile goes on. While one is open there is no second one:
    a key held down, or an error in every frame, would bury the window under dialogs.
    """
    if parent.findChild(QMessageBox, "trouble") is not None:
        return
    box = QMessageBox(QMessageBox.Icon.Warning, title, failure.message, parent=parent)
    box.setObjectName("trouble")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    box.addButton(QMessageBox.StandardButton.Ok)
    if failure.details:
        box.setDetailedText(failure.details)
        copy = box.addButton("Copy details", QMessageBox.ButtonRole.ActionRole)
        copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(f"{failure.message}\n\n{failure.details}")
        )
    box.open()
