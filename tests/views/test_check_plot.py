import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from bpviz.engine import EPSILONS, Check
from bpviz.views.check_plot import LEFT_PX, CheckPlot
from bpviz.views.plot_axes import RIGHT_PX
from bpviz.views.theme import DARK, LIGHT, Theme

ERRORS = np.maximum(EPSILONS**2, 1e-16 / EPSILONS)


def sweep(errors: np.ndarray, kinked: np.ndarray | None = None) -> Check:
    ones = np.ones(len(EPSILONS))
    kinks = np.zeros(len(EPSILONS), bool) if kinked is None else kinked
    return Check(np.zeros(len(EPSILONS), np.intp), EPSILONS, ones, ones, errors, kinks, ones)


@pytest.fixture
def plot(qtbot: QtBot) -> CheckPlot:
    plot = CheckPlot()
    qtbot.addWidget(plot)
    plot.resize(280, plot.height())
    plot.show()
    return plot


def test_that_it_draws_both_logarithms_by_rising_epsilon(plot: CheckPlot) -> None:
    assert len(plot.points()) == 0
    plot.show_sweep(sweep(ERRORS))
    points = plot.points()
    assert points[:, 0] == pytest.approx(np.arange(-12, -0.9, 0.5))
    assert points[:, 1] == pytest.approx(np.log10(ERRORS[::-1]))


def test_that_the_axis_goes_from_the_smallest_epsilon_to_the_largest(plot: CheckPlot) -> None:
    plot.show_sweep(sweep(ERRORS))
    assert plot.to_pixel((-12, -5)).x() == LEFT_PX
    assert plot.to_pixel((-1, -5)).x() == pytest.approx(280 - RIGHT_PX)
    assert plot.to_pixel((-5, -3)).y() < plot.to_pixel((-5, -9)).y()


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_that_the_epsilon_chosen_is_marked_on_the_curve(plot: CheckPlot, theme: Theme) -> None:
    plot.set_theme(theme)
    plot.show_sweep(sweep(ERRORS))
    for place in (3, 8, 20):
        plot.show_epsilon(float(EPSILONS[place]))
        at = plot.to_pixel((float(np.log10(EPSILONS[place])), float(np.log10(ERRORS[place]))))
        assert plot.grab().toImage().pixelColor(at.toPoint()).name() == theme.highlight


def test_that_a_kink_is_hollow(plot: CheckPlot) -> None:
    kinked = EPSILONS >= 1e-3
    plot.show_sweep(sweep(ERRORS, kinked))
    plot.show_epsilon(0.01)
    at = plot.to_pixel((-2, -4)).toPoint()
    assert plot.grab().toImage().pixelColor(at).name() == DARK.ground


def test_that_zeros_lie_at_the_bottom_and_what_is_not_finite_nowhere(plot: CheckPlot) -> None:
    errors = ERRORS.copy()
    errors[5], errors[6] = 0, np.nan
    plot.show_sweep(sweep(errors))
    points = plot.points()
    assert len(points) == len(EPSILONS) - 1
    assert points[:, 1].min() == -17
    plot.grab()
    plot.show_sweep(sweep(np.full(len(EPSILONS), np.nan)))
    assert len(plot.points()) == 0
    plot.grab()
    plot.show_sweep(sweep(np.zeros(len(EPSILONS))))
    plot.grab()
