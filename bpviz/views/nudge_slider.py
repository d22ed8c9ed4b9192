"""The slider that moves a parameter along the curve of its losses."""

from PySide6.QtCore import Signal

from bpviz.views.named import named
from bpviz.views.nudge_curve import LossCurve
from bpviz.views.plot_slider import PlotSlider


class NudgeSlider(PlotSlider):
    """
    A position for each point of the curve, so that the loss at each is a computed one.

    Signals
    -------
    value_chosen : float
        The user wants the parameter to have this value.
    """

    value_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__("nudge_slider")
        named(
            self,
            "nudge_slider",
            "Nudge the weight",
            "Drag to move this number and see the loss; letting go puts it back"
            " (← → move it, Return keeps, Esc puts it back)",
        )
        self._curve: LossCurve | None = None
        self._home: float | None = None
        self._placing = False
        self.valueChanged.connect(self._on_position)

    def place(self, curve: LossCurve | None, home: float | None, value: float | None) -> None:
        """
        Put the handle where the parameter stands, unless the user holds it.

        Parameters
        ----------
        curve
            None if it is not known; then there is nothing to choose from.
        home
            The parameter's value when it is not nudged. It lies between two points of the curve:
            the nearest position stands for it.
        value
            The one it has now; None for the curve's centre.
        """
        self._curve, self._home = curve, home
        if curve is None:
            return
        self._placing = True
        self.setRange(0, len(curve.values) - 1)
        self.setPageStep(max(len(curve.values) // 10, 1))
        if not self.isSliderDown():
            self.setValue(curve.nearest(curve.center if value is None else value))
        self._placing = False

    def _on_position(self, position: int) -> None:
        curve, home = self._curve, self._home
        if self._placing or curve is None:
            return
        at_home = home is not None and curve.covers(home) and position == curve.nearest(home)
        self.value_chosen.emit(home if at_home else float(curve.values[position]))
