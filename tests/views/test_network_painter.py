from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from bpviz.engine import Trace
from bpviz.engine.network import LayerArrays
from bpviz.views.colouring import Scale
from bpviz.views.geometry import Camera, Edge, Neuron, Part, curve, lay_out
from bpviz.views.network_painter import Scene, activations, paint
from bpviz.views.pixel_picture import ink_table
from bpviz.views.readout import NetworkState
from bpviz.views.shades import shade_table, shades
from bpviz.views.theme import DARK, LIGHT, Theme

WIDTH, HEIGHT = 1060, 600
SIZES = (784, 3, 10)
COLOUR_TABLE = tuple(0xFF000000 | level << 16 for level in range(256))
THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


@pytest.fixture(autouse=True)
def fonts(qtbot: QtBot) -> None:
    """Text needs the application."""


def f32(*values: float) -> np.typing.NDArray[np.float32]:
    return np.array(values, np.float32)


def make_state(hidden: tuple[float, float, float] = (0.0, 0.5, 1.0)) -> NetworkState:
    parameters = [
        LayerArrays(np.ones(pair, np.float32), np.ones(pair[1], np.float32))
        for pair in ((784, 3), (3, 10))
    ]
    x = np.zeros(784, np.float32)
    x[28 * 14 : 28 * 15] = 1
    outputs = f32(0.73, *[0.03] * 9)
    trace = Trace(x, (f32(*hidden), outputs), (f32(*hidden), outputs))
    return NetworkState(parameters, None, trace)


def make_scene(theme: Theme = DARK) -> Scene:
    return Scene(
        theme=theme,
        size=QSize(WIDTH, HEIGHT),
        layout=lay_out(SIZES, WIDTH, HEIGHT, Camera()),
        captions=("784 pixels", "3 ReLU", "10 softmax"),
        classes=tuple("0123456789"),
        percent=True,
        state=make_state(),
        label=None,
        picture_caption="",
        scale=Scale(),
        bias_levels=(),
        colour_table=COLOUR_TABLE,
        pooled=((3, 1), (1, 1)),
        part=None,
    )


def painted(scene: Scene) -> QImage:
    image = QImage(scene.size, QImage.Format.Format_RGB32)
    image.fill(QColor(scene.theme.ground))
    painter = QPainter(image)
    paint(painter, scene)
    painter.end()
    return image


def neuron_colour(image: QImage, scene: Scene, column: int, row: int) -> QColor:
    place = scene.layout.columns[column]
    return image.pixelColor(round(place.x), int(place.y[row]))


def ring_colour(image: QImage, scene: Scene, column: int, row: int) -> QColor:
    place = scene.layout.columns[column]
    return image.pixelColor(int(place.x - place.radius + 1), int(place.y[row]))


def colours_within(image: QImage, x: float, y: float, width: int, height: int) -> set[str]:
    return {
        image.pixelColor(int(x) + dx, int(y) + dy).name()
        for dx in range(width)
        for dy in range(height)
    }


def test_that_activations_are_the_sample_and_what_the_layers_make_of_it() -> None:
    state = make_state()
    assert state.trace is not None
    assert activations(state, 0) is state.trace.x
    assert activations(state, 2) is state.trace.a[1]
    assert activations(replace(state, trace=None), 1) is None
    assert activations(None, 1) is None


@THEMES
def test_that_neurons_are_filled_by_their_activation(theme: Theme) -> None:
    scene = make_scene(theme)
    image = painted(scene)
    for row, shade in enumerate(shades(f32(0, 0.5, 1)).tolist()):
        assert neuron_colour(image, scene, 1, row).rgb() == shade_table(theme)[shade]


def test_that_neurons_are_blank_before_there_is_a_sample() -> None:
    scene = replace(make_scene(), state=None)
    image = painted(scene)
    for column, n in ((1, 3), (2, 10)):
        for row in range(n):
            assert neuron_colour(image, scene, column, row) == QColor(DARK.raised)


def test_that_rings_tell_the_biases() -> None:
    levels = [np.array([40, 140, 240], np.uint8), np.full(10, 90, np.uint8)]
    scene = make_scene()
    for row in range(3):
        assert ring_colour(painted(scene), scene, 1, row) == QColor(DARK.no_gradient)
    coloured = replace(scene, bias_levels=levels)
    image = painted(coloured)
    for row, level in enumerate((40, 140, 240)):
        assert ring_colour(image, scene, 1, row).red() == pytest.approx(level, abs=12)
    assert ring_colour(image, scene, 2, 4).red() == pytest.approx(90, abs=12)


@THEMES
def test_that_many_inputs_are_a_strip_of_their_shades(theme: Theme) -> None:
    scene = make_scene(theme)
    column = scene.layout.columns[0]
    assert column.is_strip
    image = painted(scene)
    lit, dark = (image.pixelColor(int(column.x), int(column.y[row])) for row in (28 * 14 + 14, 5))
    assert lit == QColor(theme.ink)
    assert dark == QColor(theme.raised)


@THEMES
def test_that_the_picture_is_the_sample(theme: Theme) -> None:
    scene = make_scene(theme)
    square = scene.layout.picture
    assert square is not None
    cell = square.side / 28
    image = painted(scene)
    for row in range(28):
        colour = image.pixelColor(int(square.x + 70), int(square.y + (row + 0.5) * cell))
        assert colour == QColor(theme.ink if row == 14 else theme.paper)


@pytest.mark.parametrize("value", [3, -3, np.inf, -np.inf, np.nan])
def test_that_a_sample_beyond_ink_is_ink_and_what_is_no_ink_is_paper(value: float) -> None:
    scene = make_scene()
    assert scene.state is not None
    assert scene.state.trace is not None
    scene.state.trace.x[:] = value
    square = scene.layout.picture
    assert square is not None
    colour = painted(scene).pixelColor(int(square.x + 70), int(square.y + 70))
    assert colour == QColor(DARK.ink if value > 0 else DARK.paper)


@pytest.mark.parametrize("byte", [1, 77, 128, 254])
def test_that_a_byte_of_the_picture_keeps_its_shade_as_a_number(byte: int) -> None:
    scene = make_scene()
    assert scene.state is not None
    assert scene.state.trace is not None
    scene.state.trace.x[:] = np.uint8(byte) / np.float32(255)
    square = scene.layout.picture
    assert square is not None
    colour = painted(scene).pixel(int(square.x + 70), int(square.y + 70))
    assert colour == ink_table(DARK)[byte]


def test_that_the_winner_and_the_right_output_are_marked() -> None:
    scene = make_scene()
    column = scene.layout.columns[2]
    x = column.x + column.radius + 8

    def figures(image: QImage, row: int) -> set[str]:
        return colours_within(image, x + 16, float(column.y[row]) - 8, 60, 15)

    image = painted(scene)
    assert DARK.text in figures(image, 0)
    assert DARK.text not in figures(image, 1)
    labelled = painted(replace(scene, label=4))
    for row in range(10):
        line = colours_within(labelled, x + 1, float(column.y[row]) + 9, 5, 1)
        assert (DARK.highlight in line) == (row == 4)


def test_that_outputs_without_a_sample_have_only_names() -> None:
    scene = make_scene()
    column = scene.layout.columns[2]
    x, y = column.x + column.radius + 8, float(column.y[0]) - 8
    blank = painted(replace(scene, state=None))
    assert colours_within(blank, x + 20, y, 50, 15) == {DARK.ground}
    assert DARK.text in colours_within(blank, x, y, 14, 15)


@pytest.mark.parametrize("outputs", [(-3.5, 12000.0), (np.nan, np.inf)])
def test_that_outputs_that_are_no_probabilities_are_plain_numbers(
    outputs: tuple[float, float],
) -> None:
    scene = make_scene()
    assert scene.state is not None
    assert scene.state.trace is not None
    before = painted(scene)
    scene.state.trace.a[1][:2] = outputs
    assert painted(scene) != before


@pytest.mark.parametrize("part", [Neuron(1, 2), Neuron(0, 400), Edge(0, 400, 1), Edge(1, 0, 9)])
@THEMES
def test_that_what_is_named_is_highlighted_and_has_a_card(part: Part, theme: Theme) -> None:
    scene = make_scene(theme)
    plain = painted(scene)
    named = painted(replace(scene, part=part))
    assert named != plain
    different = [
        (x, y)
        for x in range(0, WIDTH, 4)
        for y in range(0, HEIGHT, 4)
        if named.pixelColor(x, y) != plain.pixelColor(x, y)
    ]
    # The card is a plane of the panels' colour, as wide as its words.
    card = [(x, y) for x, y in different if named.pixelColor(x, y) == QColor(theme.panel)]
    assert max(x for x, _ in card) - min(x for x, _ in card) > 80
    assert max(y for _, y in card) - min(y for _, y in card) > 20
    assert min(x for x, _ in different) > 0
    assert max(x for x, _ in different) < WIDTH - 4


def test_that_a_named_weight_is_traced_from_end_to_end() -> None:
    edge = Edge(1, 0, 9)
    scene = replace(make_scene(), part=edge, state=None)
    image = painted(scene)
    for x, y in curve(scene.layout, edge)[6:-6].tolist():
        assert image.pixelColor(int(x), int(y)) == QColor(DARK.highlight)


def test_that_before_there_are_numbers_a_named_part_has_no_card() -> None:
    scene = replace(make_scene(), state=None)
    plain = painted(scene)
    named = painted(replace(scene, part=Neuron(1, 1)))
    column = scene.layout.columns[1]
    for x in range(0, WIDTH, 5):
        if abs(x - column.x) > 30:
            for y in range(0, HEIGHT, 25):
                assert named.pixelColor(x, y) == plain.pixelColor(x, y)


def footer(scene: Scene) -> QImage:
    return painted(scene).copy(0, HEIGHT - 24, WIDTH, 24)


def test_that_below_each_pair_stands_what_its_colours_mean() -> None:
    pooled = make_scene()
    plain = replace(pooled, pooled=((1, 1), (1, 1)))
    assert footer(plain) != footer(pooled), "how many weights a line stands for"
    scales = [
        Scale(),
        Scale("gradient", "layer", False, (1e-3, 1.0), 3),
        Scale("gradient", "layer", False, (1e-4, 1.0), 3),
        Scale("gradient", "layer", False, (0.0, 1.0), 3),
        Scale("weight", "layer", False, (1e-3, 1.0), 2),
        Scale("gradient", "network", False, (1.0, 1.0), 6),
    ]
    footers = [footer(replace(plain, scale=scale)) for scale in scales]
    for i, one in enumerate(footers):
        assert all(one != other for other in footers[:i]), scales[i]


def test_that_a_pen_and_a_brush_left_by_the_edges_do_no_harm() -> None:
    scene = make_scene()
    image = QImage(scene.size, QImage.Format.Format_RGB32)
    image.fill(QColor(DARK.ground))
    painter = QPainter(image)
    painter.setPen(Qt.GlobalColor.red)
    painter.setBrush(Qt.GlobalColor.red)
    paint(painter, scene)
    painter.end()
    assert image == painted(scene)
