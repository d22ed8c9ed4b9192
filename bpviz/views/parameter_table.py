"""Every parameter of a tiny network by its textbook name, to be read, compared and typed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QSignalBlocker, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from bpviz.views.figure_table import dress_table, fit_table, set_up_table
from bpviz.views.parameter_field import ParameterField
from bpviz.views.parameter_model import NEW, VALUE, Index, ParameterModel
from bpviz.views.theme import DARK, Theme


class ParameterTable(QTableView):
    """
    One row a parameter: its name, its value, dL/dw, and what the update makes of it.

    It reads like the line in the textbook, w⁺ = w - eta dL/dw. The column w holds what the batch is
    computed with and stays when the update is done, so that the line can still be checked; the
    parameter as it is now then stands under w⁺. Typing always changes the parameter as it is now,
    whichever cell of its row is double-clicked.

    Rows are ordered as books list parameters, w1, w2, ..., then the biases. All indices are those
    of the flat array.

    Signals
    -------
    value_typed : int, float
        A parameter's index and the finite number typed for it.
    value_refused : str
        Why what was typed cannot be used, in one line; the field stays open as it is. Empty when
        that is over.
    parameter_requested : int
        The user chose this parameter's row.
    """

    value_typed = Signal(int, float)
    value_refused = Signal(str)
    parameter_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ParameterModel(self)
        self.setModel(self._model)
        set_up_table(
            self,
            "parameter_table",
            "Weights and biases",
            "Click a row to look at a weight. Double-click it to type a value (F2)",
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        delegate = ParameterField(self)
        self.setItemDelegate(delegate)
        delegate.refused.connect(self.value_refused)
        self._model.typed.connect(self.value_typed)
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self.set_theme(DARK)

    def set_theme(self, theme: Theme) -> None:
        """Paint with these colours from now on."""
        self._model.theme = theme
        dress_table(self, theme)

    def set_parameters(self, names: Sequence[str]) -> None:
        """Show other parameters, in the order of the flat array, whose values are not known yet."""
        self._model.set_names(names)
        fit_table(self)

    def show_values(
        self,
        values: Sequence[float],
        gradient: Sequence[float | None] | None = None,
        new: Sequence[float] | None = None,
        updated: bool = False,
    ) -> None:
        """
        Show numbers; what is None has not been computed.

        Parameters
        ----------
        values : (n_params,)
            What the batch is computed with.
        gradient : (n_params,)
            dL/dw, None for a parameter that the backward pass has not reached.
        new : (n_params,)
            After the update, or what it will make of them.
        updated
            Whether the update is done, so that `new` is what the parameters are now.

        Raises
        ------
        ValueError
            If there are not as many as names.
        """
        self._model.set_values(values, gradient, new, NEW if updated else VALUE)

    def select(self, index: int | None) -> None:
        """Mark the row of a parameter, or none, without asking for it."""
        with QSignalBlocker(self):
            if index is None:
                self.clearSelection()
            else:
                self.setCurrentIndex(self._model.index(self.row_of(index), VALUE))

    def row_of(self, index: int) -> int:
        """Return the row in which a parameter stands."""
        return self._model.order.index(index)

    def edit(  # type: ignore[override]  # one of two overloads is the virtual one
        self,
        index: Index,
        trigger: QAbstractItemView.EditTrigger = QAbstractItemView.EditTrigger.AllEditTriggers,
        event: QEvent | None = None,
    ) -> bool:
        now = index.sibling(index.row(), self._model.now) if index.isValid() else index
        return super().edit(now, trigger, event)  # type: ignore[arg-type]  # None: by no event

    def _on_selection(self, selected: QItemSelection) -> None:
        if selected.indexes() and not self.signalsBlocked():
            self.parameter_requested.emit(self._model.order[selected.indexes()[0].row()])
