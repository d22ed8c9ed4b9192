import math

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from bpviz.views.nudge_curve import LossCurve
from bpviz.views.nudge_plot import LEFT_PX, NudgePlot
from bpviz.views.plot_axes import RIGHT_PX
from bpviz.views.theme import DARK, LIGHT, Theme

VALUES = np.linspace(-1, 3, 81)
LOSSES = 0.4 + 0.2 * (VALUES - 1.5) ** 2
CURVE = LossCurve(1.0, VALUES, LOSSES, 0.45, -0.2, 0.3)


@pytest.fixture
def plot(qtbot: QtBot) -> NudgePlot:
    plot = NudgePlot()
    qtbot.addWidget(plot)
    plot.resize(280, plot.height())
    plot.show_curve(CURVE, "")
    plot.show_now(1.0)
    plot.show()
    return plot


def test_that_it_draws_the_points_it_was_given(plot: NudgePlot) -> None:
    np.testing.assert_array_equal(plot.curve_points(), np.column_stack([VALUES, LOSSES]))


def test_that_values_and_pixels_are_inverse(plot: NudgePlot) -> None:
    assert plot.value_at(LEFT_PX) == -1
    assert plot.value_at(280 - RIGHT_PX) == 3
    for value in (-0.7, 0.0, 2.2):
        assert plot.value_at(plot.to_pixel((value, 0.5)).x()) == pytest.approx(value)


def test_that_the_tangent_has_the_gradient_as_its_slope(plot: NudgePlot) -> None:
    line = plot.tangent()
    assert line is not None
    (x0, y0), (x1, y1) = line
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.2)


def test_that_the_step_ends_on_the_curve(plot: NudgePlot) -> None:
    point = plot.step_point()
    assert point is not None
    assert point[0] == pytest.approx(1.3)
    assert point[1] == pytest.approx(0.4 + 0.2 * 0.2**2, abs=1e-9)
    assert plot.step_text() == "optimiser’s step +0.3"


def test_that_a_step_beyond_the_curve_is_told_so(plot: NudgePlot) -> None:
    plot.show_curve(LossCurve(1.0, VALUES, LOSSES, 0.45, -0.2, -50.0), "")
    assert plot.step_point() is None
    assert plot.step_text() == "optimiser’s step -50, beyond"
    plot.grab()


def test_that_a_ring_stays_where_the_gradient_was_taken(plot: NudgePlot) -> None:
    assert plot.center_point() == plot.now_point() == (1.0, 0.45)
    plot.show_now(1.5)
    assert plot.center_point() == (1.0, 0.45)
    assert plot.now_point() == pytest.approx((1.5, 0.4))


def test_that_a_value_tried_is_marked_where_it_is_in_sight(plot: NudgePlot) -> None:
    plot.show_tried((2.0, 0.45), True)
    assert plot.tried_point() == (2.0, 0.45)
    plot.show_tried((9.0, 0.45), True)
    assert plot.tried_point() is None
    plot.show_tried((2.0, math.nan), True)
    assert plot.tried_point() is None


def colour_at(plot: NudgePlot, point: tuple[float, float]) -> str:
    at = plot.to_pixel(point).toPoint()
    return plot.grab().toImage().pixelColor(at).name()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_that_the_markers_are_painted_where_they_say(plot: NudgePlot, theme: Theme) -> None:
    plot.set_theme(theme)
    plot.show_tried((2.4, 0.4 + 0.2 * 0.81), True)
    assert colour_at(plot, (1.0, 0.45)) == theme.text
    assert colour_at(plot, (2.4, 0.4 + 0.2 * 0.81)) == theme.highlight
    plot.show_tried((2.4, 0.4 + 0.2 * 0.81), False)
    assert colour_at(plot, (2.4, 0.4 + 0.2 * 0.81)) == theme.ground


@pytest.mark.parametrize("slope", [-0.2, 0.2])
def test_that_the_tangent_is_painted_in_the_colour_of_its_sign(
    plot: NudgePlot, slope: float
) -> None:
    plot.show_curve(LossCurve(1.0, VALUES, LOSSES, 0.45, slope), "")
    line = plot.tangent()
    assert line is not None
    (x0, y0), (x1, y1) = line
    image = plot.grab().toImage()
    wanted = QColor(DARK.positive if slope > 0 else DARK.negative)
    for t in (0.1, 0.2, 0.8, 0.9):
        at = plot.to_pixel((x0 + t * (x1 - x0), y0 + t * (y1 - y0))).toPoint()
        near = [image.pixelColor(at.x(), at.y() + dy) for dy in (-1, 0, 1)]
        assert min(abs(c.blueF() - wanted.blueF()) for c in near) < 0.15


def test_that_gaps_are_left_out_and_marked(plot: NudgePlot) -> None:
    losses = LOSSES.copy()
    losses[60:] = math.inf
    losses[:3] = math.nan
    plot.show_curve(LossCurve(1.0, VALUES, losses, 0.45, -0.2, 2.5), "")
    assert len(plot.curve_points()) == 57
    assert plot.step_point() is None
    image = plot.grab().toImage()
    at = plot.to_pixel((2.5, 0.5)).toPoint()
    assert image.pixelColor(at) != image.pixelColor(plot.to_pixel((0.5, 0.8)).toPoint())


@pytest.mark.parametrize(
    "curve",
    [
        LossCurve(1.0, VALUES, np.full(81, 0.7), 0.7, 0.0, 0.0),
        LossCurve(1.0, VALUES, 1e30 * VALUES**2, 1e30, 2e30, -2e29),
        LossCurve(1.0, VALUES, np.full(81, math.nan), math.nan, math.nan, math.nan),
        LossCurve(1.0, VALUES, LOSSES, math.inf, None, None),
        LossCurve(1.0, np.linspace(1 - 1e-9, 1 + 1e-9, 3), np.array([1, 1.1, 1]), 1.1, 1e12, 1.0),
    ],
    ids=["flat", "huge", "nan", "inf", "narrow"],
)
def test_that_extreme_curves_can_be_painted(plot: NudgePlot, curve: LossCurve) -> None:
    plot.show_curve(curve, "")
    before = plot.grab().toImage()
    plot.show_curve(None, "nothing")
    assert plot.grab().toImage() != before


def test_that_it_says_why_there_is_no_curve(plot: NudgePlot) -> None:
    assert plot.note() == ""
    plot.show_curve(None, "Pause to nudge")
    assert plot.note() == "Pause to nudge"
    assert plot.tangent() is None
    assert plot.center_point() is None
    assert plot.value_at(100) is None
    assert len(plot.curve_points()) == 0
    plot.grab()
