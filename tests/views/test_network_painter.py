from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from bpviz.engine import LayerArrays
from bpviz.views.captions import column_notes, pair_notes, range_notes
from bpviz.views.colouring import Scale
from bpviz.views.geometry import (
    ARROW_PX,
    OUTPUT_LABEL_PX,
    Camera,
    Edge,
    Neuron,
    Part,
    arrow_place,
    curve,
    lay_out,
)
from bpviz.views.network_painter import paint, paint_behind
from bpviz.views.network_state import LayerState, NetworkState, Working
from bpviz.views.neurons import arrow_strengths, delta_levels
from bpviz.views.numbers import signed
from bpviz.views.pixel_picture import ink_table
from bpviz.views.quantities import GRADIENT, WEIGHT
from bpviz.views.scene import Scene
from bpviz.views.shades import shade_table, shades
from bpviz.views.theme import DARK, LIGHT, Theme
from bpviz.views.written import paint_activations, paint_weights

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
    layers = [LayerState(values, values) for values in (f32(*hidden), outputs)]
    return NetworkState(parameters, parameters, x, layers)


def make_scene(theme: Theme = DARK) -> Scene:
    return Scene(
        theme=theme,
        size=QSize(WIDTH, HEIGHT),
        layout=lay_out(SIZES, WIDTH, HEIGHT, Camera()),
        captions=("784 pixels", "3 ReLU", "10 softmax"),
        inputs=(),
        classes=tuple("0123456789"),
        names_px=(0.0, OUTPUT_LABEL_PX),
        percent=True,
        state=make_state(),
        label=None,
        picture_caption="",
        scale=Scale(),
        layers=(None, None),
        bias_levels=(),
        edge_levels=(),
        colour_table=COLOUR_TABLE,
        pooled=((3, 1), (1, 1)),
        joins=(False, False),
        hovered=None,
        chosen=None,
        pointed=None,
        tiny=False,
    )


def painted(scene: Scene) -> QImage:
    image = QImage(scene.size, QImage.Format.Format_RGB32)
    image.fill(QColor(scene.theme.ground))
    painter = QPainter(image)
    paint_behind(painter, scene)
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
    scene = make_scene()
    assert scene.state is not None
    assert scene.activations(0) is scene.state.x
    assert scene.activations(2) is scene.state.layers[1].a
    assert replace(scene, state=None).activations(1) is None


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
            assert neuron_colour(image, scene, column, row) == QColor(DARK.ground)


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
    assert scene.state.x is not None
    scene.state.x[:] = value
    square = scene.layout.picture
    assert square is not None
    colour = painted(scene).pixelColor(int(square.x + 70), int(square.y + 70))
    assert colour == QColor(DARK.ink if value > 0 else DARK.paper)


@pytest.mark.parametrize("byte", [1, 77, 128, 254])
def test_that_a_byte_of_the_picture_keeps_its_shade_as_a_number(byte: int) -> None:
    scene = make_scene()
    assert scene.state is not None
    assert scene.state.x is not None
    scene.state.x[:] = np.uint8(byte) / np.float32(255)
    square = scene.layout.picture
    assert square is not None
    colour = painted(scene).pixel(int(square.x + 70), int(square.y + 70))
    assert colour == ink_table(DARK)[byte]


def test_that_the_winner_and_the_right_output_are_marked() -> None:
    scene = make_scene()
    column = scene.layout.columns[2]
    x = column.x + column.radius + ARROW_PX

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
    x, y = column.x + column.radius + ARROW_PX, float(column.y[0]) - 8
    blank = painted(replace(scene, state=None))
    assert colours_within(blank, x + 20, y, 50, 15) == {DARK.ground}
    assert DARK.text in colours_within(blank, x, y, 14, 15)


@pytest.mark.parametrize("outputs", [(-3.5, 12000.0), (np.nan, np.inf)])
def test_that_outputs_that_are_no_probabilities_are_plain_numbers(
    outputs: tuple[float, float],
) -> None:
    scene = make_scene()
    assert scene.state is not None
    a = scene.state.layers[1].a
    assert a is not None
    before = painted(scene)
    a[:2] = outputs
    assert painted(scene) != before


@pytest.mark.parametrize("part", [Neuron(1, 2), Neuron(0, 400), Edge(0, 400, 1), Edge(1, 0, 9)])
@THEMES
def test_that_what_is_named_is_highlighted_and_has_a_card(part: Part, theme: Theme) -> None:
    scene = make_scene(theme)
    plain = painted(scene)
    named = painted(replace(scene, hovered=part))
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
    scene = replace(make_scene(), chosen=edge, state=None)
    image = painted(scene)
    for x, y in curve(scene.layout, edge)[6:-6].tolist():
        assert image.pixelColor(int(x), int(y)) == QColor(DARK.highlight)


def test_that_before_there_are_numbers_a_named_part_has_no_card() -> None:
    scene = replace(make_scene(), state=None)
    plain = painted(scene)
    named = painted(replace(scene, hovered=Neuron(1, 1)))
    column = scene.layout.columns[1]
    for x in range(0, WIDTH, 5):
        if abs(x - column.x) > 30:
            for y in range(0, HEIGHT, 25):
                assert named.pixelColor(x, y) == plain.pixelColor(x, y)


def footer(scene: Scene) -> QImage:
    return painted(scene).copy(0, HEIGHT - 24, WIDTH, 24)


def test_that_below_each_pair_stands_what_its_colours_mean() -> None:
    pooled = make_scene()
    assert pooled.state is not None
    known = pooled.state.parameters
    plain = replace(pooled, pooled=((1, 1), (1, 1)), layers=known)
    pooled = replace(pooled, layers=known)
    assert footer(plain) != footer(pooled), "how many weights a line stands for"
    scales = [
        Scale(),
        Scale(GRADIENT, "layer", False, (1e-3, 1.0), 3),
        Scale(GRADIENT, "layer", False, (1e-4, 1.0), 3),
        Scale(GRADIENT, "layer", False, (0.0, 1.0), 3),
        Scale(WEIGHT, "layer", False, (1e-3, 1.0), 2),
        Scale(GRADIENT, "network", False, (1.0, 1.0), 6),
    ]
    footers = [footer(replace(plain, scale=scale)) for scale in scales]
    for i, one in enumerate(footers):
        assert all(one != other for other in footers[:i]), scales[i]


def test_that_below_each_pair_stands_why_nothing_will_come() -> None:
    scene = replace(make_scene(), layers=(), scale=Scale(absent="no 0 in this batch"))
    assert pair_notes(replace(scene, pooled=((1, 1), (1, 1))), 0)[0] == "no 0 in this batch"


def test_that_lines_that_stand_for_several_weights_say_so() -> None:
    scene = replace(make_scene(), scale=Scale(WEIGHT, "layer", False, (10.0, 1.0), 2))
    assert scene.state is not None
    scene = replace(scene, layers=scene.state.parameters, pooled=((3, 2), (1, 1)))
    values, short = range_notes(scene.scale, scene.layers, 0)
    assert values
    assert pair_notes(scene, 0) == (
        f"{values}  ·  line: strongest of 6+",
        f"{short}  ·  line: strongest of 6+",
        f"{short}  ·  strongest of 6+",
        values,
        short,
    )
    values, short = range_notes(scene.scale, scene.layers, 1)
    assert pair_notes(scene, 1) == (values, short)
    assert pair_notes(replace(scene, joins=(False, True)), 1) == (
        f"{values}  ·  lines share where they run close",
        f"{short}  ·  lines share where they run close",
        f"{short}  ·  close lines share",
        values,
        short,
    )


def test_that_no_neuron_of_a_strip_is_left_out() -> None:
    scene = replace(make_scene(), layout=lay_out((784, 4096, 10), WIDTH, HEIGHT, Camera()))
    column = scene.layout.columns[1]
    assert column.spacing < 0.2

    def strips(row: int, value: float) -> list[NDArray[np.int64]]:
        """The lightness down the strip of activations, and down that of the deltas."""
        assert scene.state is not None
        a = np.zeros(4096, np.float32)
        a[row] = value
        layers = [LayerState(a, a, delta=-a), scene.state.layers[1]]
        state = replace(scene.state, layers=layers)
        image = painted(replace(scene, state=state, scale=Scale(GRADIENT, blames=True)))
        return [
            np.array([image.pixelColor(int(x), y).lightness() for y in range(HEIGHT)])
            for x in (column.x, column.x + 5)
        ]

    plain = strips(0, 0.0)
    for row in (0, 7, 500, 1001, 2047, 4095):
        for strip, without in zip(strips(row, 1.0), plain, strict=True):
            changes = abs(strip - without)
            assert changes.sum() > 60
            assert changes.argmax() + 0.5 == pytest.approx(column.y[row], abs=1.6)


def test_that_a_layer_too_wide_for_its_column_says_how_many_neurons_share_a_mark() -> None:
    scene = replace(make_scene(), pooled=((3, 2), (4, 1)))
    assert column_notes(scene, 0) == ("784 pixels · 3 a mark", "784 · 3 a mark", "784")
    assert column_notes(scene, 1)[0] == "3 ReLU · 4 a mark"
    assert column_notes(scene, 2) == ("10 softmax", "10")


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


def blamed(deltas: tuple[float, float, float]) -> Scene:
    scene = make_scene()
    assert scene.state is not None
    hidden, outputs = scene.state.layers
    layers = [hidden._replace(delta=f32(*deltas)), outputs]
    return replace(
        scene, state=replace(scene.state, layers=layers), scale=Scale(GRADIENT, blames=True)
    )


def arrow_colours(image: QImage, scene: Scene, row: int) -> set[str]:
    column = scene.layout.columns[1]
    x, y = arrow_place(column, float(column.y[row]), False)
    return colours_within(image, x - 4, y - 6, 8, 12)


@THEMES
def test_that_an_arrow_tells_which_way_a_neuron_should_go(theme: Theme) -> None:
    scene = replace(blamed((-1, 1, 0)), theme=theme)
    image = painted(scene)
    assert theme.negative in arrow_colours(image, scene, 0)
    assert theme.positive in arrow_colours(image, scene, 1)
    assert arrow_colours(image, scene, 2) == {theme.ground}
    column = scene.layout.columns[1]
    x, _ = arrow_place(column, float(column.y[0]), False)

    def width_at(row: int, dy: int) -> int:
        at = int(column.y[row]) + dy
        line = [image.pixelColor(int(x) + dx, at).name() for dx in range(-8, 9)]
        return sum(colour != theme.ground for colour in line)

    assert width_at(0, -3) > width_at(0, 4), "its head is not up"
    assert width_at(1, 4) > width_at(1, -4), "its head is not down"


def test_that_rings_tell_deltas_with_their_sign() -> None:
    scene = blamed((-1, 1, 0))
    image = painted(scene)
    for row, colour in enumerate((DARK.negative, DARK.positive, DARK.zero)):
        wanted, found = QColor(colour), ring_colour(image, scene, 1, row)
        assert abs(found.red() - wanted.red()) + abs(found.blue() - wanted.blue()) < 60


def test_that_negligible_deltas_have_no_arrow() -> None:
    scene = blamed((-1, 1e-3, 1))
    assert arrow_colours(painted(scene), scene, 1) == {DARK.ground}


def test_that_without_deltas_there_are_no_arrows() -> None:
    scene = make_scene()
    image = painted(scene)
    for row in range(3):
        assert arrow_colours(image, scene, row) == {DARK.ground}


def test_that_arrows_point_against_the_sign_of_delta_and_fade() -> None:
    strengths = arrow_strengths(delta_levels(f32(-1, 0.1, 0, np.nan, 1e-9, 1)))
    assert strengths == pytest.approx([1, -0.5, 0, 0, 0, -1], abs=0.01)


def walking(kind: str, layer: int, reached: int) -> Scene:
    scene = make_scene()
    assert scene.state is not None
    layers = [
        each if number < reached else LayerState() for number, each in enumerate(scene.state.layers)
    ]
    working = Working(kind, layer)  # type: ignore[arg-type]
    return replace(scene, state=replace(scene.state, layers=layers, working=working))


def test_that_neurons_not_reached_yet_are_hollow_and_their_edges_veiled() -> None:
    scene = walking("forward", 0, reached=1)
    image = painted(scene)
    assert neuron_colour(image, scene, 2, 4) == QColor(DARK.ground)
    assert neuron_colour(image, scene, 1, 2).rgb() == shade_table(DARK)[shades(f32(0, 0.5, 1))[2]]
    left, right = scene.layout.columns[1:]
    bright = QImage(scene.size, QImage.Format.Format_RGB32)
    bright.fill(QColor("#ffffff"))
    painter = QPainter(bright)
    paint(painter, replace(scene, layers=(make_state().parameters[0], None)))
    painter.end()
    dark_side = bright.pixelColor(int((left.x + right.x) / 2), 300).lightness()
    assert dark_side < 140
    first = scene.layout.columns[0]
    assert bright.pixelColor(int((first.x + left.x) / 2), 300) == QColor("#ffffff")


@pytest.mark.parametrize(
    ("kind", "layer", "bands"),
    [("forward", 0, {1}), ("forward", 1, {2}), ("loss", 0, {2}), ("backward", 0, {1})],
)
def test_that_the_layer_at_work_stands_on_a_band(kind: str, layer: int, bands: set[int]) -> None:
    scene = walking(kind, layer, reached=2)
    plain = painted(make_scene())
    image = painted(scene)
    for number in (1, 2):
        column = scene.layout.columns[number]
        x, y = int(column.x - column.radius - 6), int(column.y[0] - column.radius - 4)
        assert scene.is_at_work(number) == (number in bands)
        if number in bands:
            assert image.pixelColor(x, y).red() > plain.pixelColor(x, y).red() + 15


def test_that_the_pair_whose_gradients_were_made_is_tinted() -> None:
    image = painted(replace(walking("backward", 1, reached=2), layers=make_layers()))
    left, right = make_scene().layout.columns[1:]
    middle = int((left.x + right.x) / 2)
    assert image.pixelColor(middle, 560) != QColor(DARK.ground)
    first = make_scene().layout.columns[0]
    assert image.pixelColor(int((first.x + left.x) / 2), 560) == QColor(DARK.ground)


def make_layers() -> list[LayerArrays]:
    return list(make_state().parameters)


def test_that_a_chosen_weight_and_its_ends_stay_marked_while_another_part_is_hovered() -> None:
    edge = Edge(1, 0, 9)
    scene = replace(make_scene(), chosen=edge, hovered=Neuron(1, 2))
    image = painted(scene)
    for column, row in ((1, 0), (2, 9), (1, 2)):
        place = scene.layout.columns[column]
        ring = image.pixelColor(int(place.x), int(place.y[row] - place.radius - 3))
        assert abs(ring.red() - QColor(DARK.highlight).red()) < 40
    assert image != painted(replace(scene, chosen=None))


def test_that_what_is_chosen_has_no_card() -> None:
    def panel_pixels(scene: Scene) -> int:
        image = painted(scene)
        return sum(
            image.pixelColor(x, y).name() == DARK.panel
            for x in range(0, WIDTH, 5)
            for y in range(0, HEIGHT, 5)
        )

    plain = make_scene()
    assert panel_pixels(replace(plain, hovered=Neuron(1, 1))) > panel_pixels(plain) + 100
    assert panel_pixels(replace(plain, chosen=Neuron(1, 1))) <= panel_pixels(plain) + 5


def tiny_scene() -> Scene:
    sizes = (2, 2, 2)
    rng = np.random.default_rng(0)
    parameters = [LayerArrays(rng.normal(size=(2, 2)), rng.normal(size=2)) for _ in range(2)]
    a = rng.random(2)
    state = NetworkState(parameters, parameters, a, [LayerState(a, a)] * 2)
    return replace(
        make_scene(),
        size=QSize(620, 340),
        layout=lay_out(sizes, 620, 340, Camera(), (60, 70)),
        captions=("2", "2", "2"),
        inputs=("one", "two"),
        classes=("o1 → 0.01", "o2 → 0.99"),
        names_px=(60, 70),
        state=state,
        pooled=((1, 1), (1, 1)),
        tiny=True,
    )


def written(scene: Scene) -> list[str]:
    """All that is written by the painter of numbers."""
    texts: list[str] = []

    class Recorder(QPainter):
        def drawText(self, rect: object, flags: object, text: str) -> None:  # type: ignore[override]
            texts.append(text)

    image = QImage(scene.size, QImage.Format.Format_RGB32)
    painter = Recorder(image)
    paint_weights(painter, scene)
    paint_activations(painter, scene)
    painter.end()
    return texts


def test_that_a_tiny_network_has_every_weight_and_activation_written_into_it() -> None:
    scene = tiny_scene()
    assert scene.state is not None
    weights = [signed(float(w), 8) for part in scene.state.parameters for w in part.W.flat]
    a = scene.state.x
    assert a is not None
    assert sorted(written(scene)) == sorted(
        [*weights, *(signed(float(v), 8) for v in a)] + [signed(float(v), 8) for v in (*a, *a)]
    )
    assert painted(scene) != painted(replace(scene, tiny=False))


def test_that_activations_not_reached_yet_are_not_written() -> None:
    scene = tiny_scene()
    assert scene.state is not None
    state = replace(scene.state, layers=[scene.state.layers[0], LayerState()])
    assert len(written(replace(scene, state=state))) == len(written(scene)) - 2


def test_that_inputs_that_have_names_show_them() -> None:
    scene = tiny_scene()
    column = scene.layout.columns[0]
    x, y = column.x - column.radius - 40, float(column.y[0]) - 8
    assert DARK.text in colours_within(painted(scene), x, y, 30, 16)
    assert colours_within(painted(replace(scene, inputs=())), x, y, 30, 16) == {DARK.ground}
