import numpy as np
import pytest
from PySide6.QtGui import QColor

from bpviz.views.shades import shade_table, shades
from bpviz.views.theme import DARK, LIGHT, Theme

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


def colours(theme: Theme, *a: float) -> list[str]:
    return [QColor(shade_table(theme)[i]).name() for i in shades(np.array(a, np.float32)).tolist()]


@THEMES
def test_that_shades_go_from_dim_to_ink_and_to_blue_below_zero(theme: Theme) -> None:
    assert colours(theme, 0, 1, -1) == [theme.raised, theme.ink, theme.negative]


@THEMES
def test_that_shades_rise_evenly(theme: Theme) -> None:
    names = colours(theme, *np.linspace(0, 1, 21))
    lightness = [QColor(name).lightnessF() for name in names]
    assert lightness in (sorted(lightness), sorted(lightness, reverse=True))
    assert len(set(names)) == 21


def test_that_small_activations_stay_dim_and_large_ones_share_the_range() -> None:
    faint, _ = colours(DARK, 0.1, 0.2)
    assert QColor(faint).lightness() < QColor(DARK.ink).lightness() / 2
    assert colours(DARK, 50, 100, -100) == [*colours(DARK, 0.5), DARK.ink, DARK.negative]


@THEMES
def test_that_what_is_not_finite_has_its_colour_and_leaves_the_others_theirs(theme: Theme) -> None:
    strange = theme.not_finite
    assert colours(theme, np.nan, 1, -np.inf, np.inf) == [strange, theme.ink, strange, strange]
    assert colours(theme, np.nan) == [strange]
    assert strange not in colours(theme, *np.linspace(-1, 1, 201))


def test_that_extreme_numbers_are_no_trouble() -> None:
    largest = float(np.finfo(np.float32).max)
    assert colours(DARK, largest, -largest, 1e-45) == [DARK.ink, DARK.negative, DARK.raised]
    assert colours(DARK) == []
