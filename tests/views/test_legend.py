import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from bpviz.views.colouring import Scale
from bpviz.views.colours import HIGHEST, LOWEST, magnitude_table, signed_table
from bpviz.views.legend import Legend
from bpviz.views.theme import DARK, LIGHT, Theme

LAYERS = Scale("gradient", "layer", False, (0.01, 1.0), 3)
NETWORK = Scale("gradient", "network", False, (1.0, 1.0), 6)
WEIGHTS = Scale("weight", "network", False, (10**0.5,) * 2, 2)
THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


@pytest.fixture
def legend(qtbot: QtBot) -> Legend:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.resize(900, 26)
    legend.show()
    return legend


def colours_of(legend: Legend) -> list[str]:
    """Every colour of the line through the middle, from the left."""
    image = legend.grab().toImage()
    return [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]


def hexes(table: object) -> list[str]:
    return [QColor(*map(int, row)).name() for row in table]  # type: ignore[attr-defined]


def test_that_it_says_first_that_there_is_no_gradient_yet(legend: Legend) -> None:
    name, low, high = legend.texts()
    assert (name, low) == ("|∂L/∂w|", "")
    assert "no backward pass yet" in high


@pytest.mark.parametrize(
    ("scale", "texts"),
    [
        (LAYERS, ("|∂L/∂w|", "1/1,000", "strongest of its layer (numbers below each)")),
        (NETWORK, ("|∂L/∂w|", "≤ 10⁻⁶", "1")),
        (WEIGHTS, ("w", "-3", "+3")),
        (Scale("gradient", "network", False, (0.0, 0.0), 6), ("|∂L/∂w|", "", "all exactly zero")),
        (Scale("gradient", "network", True, (1.0, 1.0), 6), ("|∂L/∂w|, locked", "≤ 10⁻⁶", "1")),
    ],
)
def test_that_it_gives_the_numbers_of_the_scale(
    legend: Legend, scale: Scale, texts: tuple[str, str, str]
) -> None:
    legend.show_scale(scale)
    assert legend.texts() == texts
    assert legend.accessibleDescription().split() == " ".join(texts).split()


def test_that_the_signed_scale_of_each_layer_tells_the_two_sides(legend: Legend) -> None:
    legend.show_scale(Scale("weight", "layer", False, (1.0, 2.0), 2))
    name, low, high = legend.texts()
    assert name == "w"
    assert low.startswith("below 0")
    assert high.startswith("above 0")


@THEMES
def test_that_its_bar_has_the_colours_of_magnitudes_from_weak_to_strong(
    legend: Legend, theme: Theme
) -> None:
    legend.set_theme(theme)
    legend.show_scale(LAYERS)
    painted = colours_of(legend)
    bar = hexes(magnitude_table(theme)[LOWEST : HIGHEST + 1, :3])
    places = [painted.index(colour) for colour in (bar[20], bar[120], bar[-20])]
    assert places == sorted(places)
    assert places[-1] - places[0] > 100


@THEMES
def test_that_its_bar_has_both_ends_of_the_signed_colours(legend: Legend, theme: Theme) -> None:
    legend.set_theme(theme)
    legend.show_scale(WEIGHTS)
    painted = colours_of(legend)
    bar = hexes(signed_table(theme)[:, :3])
    strong_below, strong_above = bar[HIGHEST - 1], bar[HIGHEST]
    assert painted.index(strong_below) < painted.index(strong_above)


@THEMES
def test_that_zero_and_nan_are_shown_beside_the_scale(legend: Legend, theme: Theme) -> None:
    legend.set_theme(theme)
    for scale in (Scale(), LAYERS, NETWORK, WEIGHTS):
        legend.show_scale(scale)
        painted = colours_of(legend)
        assert theme.zero in painted
        assert theme.not_finite in painted
        assert painted.index(theme.zero) < painted.index(theme.not_finite)


def test_that_there_is_no_bar_while_there_is_nothing_to_scale(legend: Legend) -> None:
    strong = hexes(magnitude_table(DARK)[[HIGHEST - 20], :3])[0]
    for scale in (Scale(), Scale("gradient", "network", False, (0.0,), 6)):
        legend.show_scale(scale)
        assert strong not in colours_of(legend)
    legend.show_scale(NETWORK)
    assert strong in colours_of(legend)


def test_that_all_of_it_fits_into_a_narrow_window(legend: Legend) -> None:
    legend.resize(640, 26)
    locked = Scale("gradient", "layer", True, (0.01, 1.0), 3)
    for scale in (Scale(), locked, NETWORK, WEIGHTS):
        legend.show_scale(scale)
        painted = colours_of(legend)
        assert DARK.not_finite in painted
        margin = painted[-3:]
        assert len(set(margin)) == 1, "something reaches the right edge"


def test_that_values_that_are_not_finite_are_not_called_zero(legend: Legend) -> None:
    legend.show_scale(Scale("gradient", "layer", False, (float("inf"),) * 2, 3))
    assert legend.texts()[2] == "no finite value"
    legend.grab()
