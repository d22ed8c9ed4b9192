"""The field in which a parameter's value is typed."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bpviz.views.numbers import read_number
from bpviz.views.parameter_model import Index, ParameterModel, decimals


class ParameterField(QStyledItemDelegate):
    """
    Opens a field in which anything can be typed, and that only a finite number closes.

    Signals
    -------
    refused : str
        Why what was typed cannot be used; empty when that is over.
    """

    refused = Signal(str)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = super().createEditor(parent, option, index)
        model = index.model()
        assert isinstance(editor, QLineEdit)
        assert isinstance(model, ParameterModel)
        name = model.name_of(index)
        editor.setObjectName("parameter_editor")
        editor.setAccessibleName(f"New value of {name}")
        editor.setToolTip("Enter to use the value, Esc to leave it as it was")
        validator = _NumberValidator(f"{name} stays {decimals(model.value_of(index))}", editor)
        editor.setValidator(validator)
        validator.refused.connect(self.refused)
        editor.textEdited.connect(lambda: self.refused.emit(""))
        self.refused.emit("")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # New numbers may come in at any moment: they must not replace what is being typed, nor
        # undo what is selected to be typed over.
        if isinstance(editor, QLineEdit) and not (editor.text() or editor.isModified()):
            super().setEditorData(editor, index)


class _NumberValidator(QValidator):
    """Lets anything be typed, and says what is wrong once it is to be used."""

    refused = Signal(str)

    def __init__(self, consequence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._consequence = consequence

    def validate(self, text: str, position: int) -> object:
        fits = read_number(text) is not None
        state = QValidator.State.Acceptable if fits else QValidator.State.Intermediate
        return state, text, position

    def fixup(self, text: str) -> str:
        # Qt's last attempt before it gives up on a text.
        self.refused.emit(f"“{text}” is not a number such as 0.15: {self._consequence}.")
        return text
