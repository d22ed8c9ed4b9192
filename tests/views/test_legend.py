from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.views.colouring import Scale
from bpviz.views.colours import HIGHEST, LOWEST, magnitude_table, signed_table
from bpviz.views.legend import Legend
from bpviz.views.quantities import AGREEMENT, GRADIENT, QUANTITIES, SIGNAL, WEIGHT
from bpviz.views.theme import DARK, LIGHT, Theme

LAYERS = Scale(GRADIENT, "layer", False, (0.01, 1.0), 3)
NETWORK = Scale(GRADIENT, "network", False, (1.0, 1.0), 6)
WEIGHTS = Scale(WEIGHT, "network", False, (10**0.5,) * 2, 2)
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


def test_that_it_is_painted_anew_only_if_something_else_is_told(
    legend: Legend, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paintings: list[QPaintEvent] = []
    paint = legend.paintEvent

    def note(event: QPaintEvent) -> None:
        paintings.append(event)
        paint(event)

    monkeypatch.setattr(legend, "paintEvent", note)
    legend.show_scale(LAYERS)
    qtbot.waitUntil(lambda: bool(paintings))
    paintings.clear()
    legend.show_scale(replace(LAYERS, tops=(0.1, 10.0)))  # these stand below each pair of layers
    QApplication.processEvents()
    assert not paintings
    legend.show_scale(NETWORK)
    qtbot.waitUntil(lambda: bool(paintings))


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
        (Scale(GRADIENT, "network", False, (0.0, 0.0), 6), ("|∂L/∂w|", "", "all exactly zero")),
        (Scale(GRADIENT, "network", True, (1.0, 1.0), 6), ("|∂L/∂w|, locked", "≤ 10⁻⁶", "1")),
    ],
)
def test_that_it_gives_the_numbers_of_the_scale(
    legend: Legend, scale: Scale, texts: tuple[str, str, str]
) -> None:
    legend.show_scale(scale)
    assert legend.texts() == texts
    assert legend.accessibleDescription().split() == " ".join(texts).split()


def test_that_the_signed_scale_of_each_layer_tells_the_two_sides(legend: Legend) -> None:
    legend.show_scale(Scale(WEIGHT, "layer", False, (1.0, 2.0), 2))
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
    for scale in (Scale(), Scale(GRADIENT, "network", False, (0.0,), 6)):
        legend.show_scale(scale)
        assert strong not in colours_of(legend)
    legend.show_scale(NETWORK)
    assert strong in colours_of(legend)


def test_that_all_of_it_fits_into_a_narrow_window(legend: Legend) -> None:
    legend.resize(628, 26)
    locked = Scale(GRADIENT, "layer", True, (0.01, 1.0), 3)
    blames = [replace(scale, blames=True) for scale in (LAYERS, locked, NETWORK)]
    agreement = Scale(AGREEMENT, "layer", False, (1.0, 1.0), 1)
    signals = Scale(SIGNAL, "layer", False, (1.0, 2.0), 2)
    for scale in (Scale(), locked, NETWORK, WEIGHTS, agreement, signals, *blames):
        legend.show_scale(scale)
        painted = colours_of(legend)
        assert DARK.not_finite in painted
        margin = painted[-3:]
        assert len(set(margin)) == 1, "something reaches the right edge"


def test_that_values_that_are_not_finite_are_not_called_zero(legend: Legend) -> None:
    legend.show_scale(Scale(GRADIENT, "layer", False, (float("inf"),) * 2, 3))
    assert legend.texts()[2] == "no finite value but 0"
    legend.show_scale(Scale(GRADIENT, "layer", False, (float("inf"), 0.0), 3))
    assert legend.texts()[2] == "no finite value but 0"
    legend.grab()


def test_that_it_says_why_nothing_will_come(legend: Legend) -> None:
    legend.show_scale(Scale(absent="no 0 in this batch"))
    assert legend.texts()[2] == "no 0 in this batch"


@pytest.mark.parametrize("key", QUANTITIES)
def test_that_it_says_what_is_missing_of_each_quantity(legend: Legend, key: str) -> None:
    quantity = QUANTITIES[key]
    legend.show_scale(Scale(quantity))
    assert legend.texts() == (quantity.name, "", quantity.absent)


def test_that_it_says_what_both_ends_of_agreement_mean(legend: Legend) -> None:
    legend.show_scale(Scale(AGREEMENT, "layer", False, (1.0, 1.0), 1))
    name, low, high = legend.texts()
    assert name == "agreement"
    assert "samples cancel out" in low
    assert "all pull the same way" in high


def test_that_layers_not_computed_yet_do_not_matter_to_it(legend: Legend) -> None:
    legend.show_scale(Scale(GRADIENT, "layer", False, (None, 1.0), 3))
    assert legend.texts()[1] == "1/1,000"


def test_that_arrows_are_explained_only_while_there_are_any(legend: Legend) -> None:
    legend.show_scale(LAYERS)
    without = legend.grab().toImage()
    assert "should" not in legend.accessibleDescription()
    legend.show_scale(replace(LAYERS, blames=True))
    assert "↑ should rise  ↓ should fall" in legend.accessibleDescription()
    assert legend.grab().toImage() != without
