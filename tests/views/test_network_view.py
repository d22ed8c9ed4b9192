from collections.abc import Callable
from itertools import islice, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpviz.engine import SGD, LayerArrays, Network, Records, collect, read, stages
from bpviz.views.batch_view import BatchView
from bpviz.views.colouring import Scale
from bpviz.views.ends import VALUE_PX
from bpviz.views.geometry import ARROW_PX, MAX_RADIUS_PX, Edge, Neuron, Part, curve
from bpviz.views.network_state import NetworkState, network_state
from bpviz.views.network_view import NetworkView
from bpviz.views.quantities import QUANTITIES
from bpviz.views.readout import read_out
from bpviz.views.theme import DARK, LIGHT, Theme

SIZES = (784, 6, 5, 10)
CAPTIONS = ("784 pixels", "6 ReLU", "5 ReLU", "10 softmax")
CLASSES = tuple("0123456789")
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
# From the outputs to the right edge: names of one digit have the least width.
RIGHT_PX = MAX_RADIUS_PX + ARROW_PX + 16 + VALUE_PX


def trained(
    seed: int = 0, sizes: tuple[int, ...] = SIZES, taken: int | None = None
) -> NetworkState:
    """Numbers of a real batch."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, rng)
    x = rng.random((8, sizes[0]), np.float32)
    y = np.eye(sizes[-1], dtype=np.float32)[rng.integers(sizes[-1], size=8)]
    records = collect(Records(network, x, y), islice(stages(network, x, y, SGD(0.1)), taken))
    rows = np.arange(8)
    return network_state(
        network.split(network.params.copy()),
        BatchView(records, None, CLASSES, rows),
        [part and LayerArrays(part.W.copy(), part.b.copy()) for part in records.gradients(rows)],
        records.agreements(rows),
        walking=taken is not None,
    )


def untrained() -> NetworkState:
    network = Network(SIZES, np.random.default_rng(1))
    records = read(network, np.ones(784, np.float32))
    return network_state(
        network.split(network.params), BatchView(records, None, CLASSES, np.arange(1))
    )


def gradient_of(state: NetworkState, layer: int) -> LayerArrays:
    gradient = state.layers[layer].gradient
    assert gradient is not None
    return gradient


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    view = NetworkView()
    qtbot.addWidget(view)
    view.resize(1060, 600)
    view.set_network(SIZES, CAPTIONS, CLASSES)
    view.show()
    return view


@pytest.fixture
def shown(view: NetworkView) -> NetworkView:
    view.show_state(trained(), 3, "first picture of the batch, a 3")
    return view


def move_to(view: NetworkView, x: float, y: float) -> None:
    # There may be no event if the mouse is there already, from the test before for example.
    QTest.mouseMove(view, QPoint(3, 3))
    QTest.mouseMove(view, QPoint(round(x), round(y)))


def named(view: NetworkView) -> Part | None:
    return view.part


def chosen(view: NetworkView) -> Part | None:
    return view.chosen


def neuron_at(view: NetworkView, column: int, row: int) -> tuple[float, float]:
    place = view.layout_px.columns[column]
    return place.x, float(place.y[row])


def pixel_centre(view: NetworkView, pixel: int) -> tuple[float, float]:
    picture = view.layout_px.picture
    assert picture is not None
    row, column = divmod(pixel, 28)
    cell = picture.side / 28
    return picture.x + (column + 0.5) * cell, picture.y + (row + 0.5) * cell


def turn_wheel(view: NetworkView, x: float, y: float, notches: float) -> None:
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def picture_of(view: NetworkView) -> QImage:
    return view.grab().toImage()


def has_colour(image: QImage, colour: str, off_by: int = 12) -> bool:
    """Whether a pixel has nearly this colour."""
    pixels = image.convertToFormat(QImage.Format.Format_RGB32)
    table = np.frombuffer(pixels.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    wanted = QColor(colour)
    off = np.abs(table - (wanted.red(), wanted.green(), wanted.blue())).sum(axis=1)
    return bool(off.min() <= off_by)


def is_whole(view: NetworkView) -> bool:
    """Whether nothing is zoomed or moved: all of it is in sight, and fills its room."""
    columns = view.layout_px.columns
    picture = view.layout_px.picture
    left = picture.x if picture is not None else columns[0].x
    return left == pytest.approx(18) and columns[-1].x == pytest.approx(view.width() - RIGHT_PX)


def test_that_every_output_and_hidden_neuron_is_named_under_the_mouse(shown: NetworkView) -> None:
    for column in (1, 2, 3):
        for row in range(SIZES[column]):
            move_to(shown, *neuron_at(shown, column, row))
            assert named(shown) == Neuron(column, row)


def test_that_the_strongest_edge_is_named_all_along_its_curve(shown: NetworkView) -> None:
    for edge in (Edge(0, 300, 2), Edge(1, 5, 0), Edge(2, 4, 9)):
        state = trained()
        gradient_of(state, edge.pair).W[edge.start, edge.end] = 1e6
        shown.show_state(state, 3, "")
        for x, y in curve(shown.layout_px, edge)[6:-6:4].tolist():
            move_to(shown, x, y)
            assert named(shown) == edge


def test_that_the_strongest_weight_is_named_when_weights_are_coloured(shown: NetworkView) -> None:
    state = trained()
    state.parameters[1].W[2, 3] = -1e6
    shown.show_state(state, 3, "")
    x, y = curve(shown.layout_px, Edge(1, 2, 3))[20]
    shown.set_quantity("weight")
    move_to(shown, x, y)
    assert named(shown) == Edge(1, 2, 3)


def test_that_an_input_and_its_pixel_find_each_other(shown: NetworkView) -> None:
    nothing = picture_of(shown)
    for pixel in (0, 130, 405, 783):
        move_to(shown, *pixel_centre(shown, pixel))
        assert named(shown) == Neuron(0, pixel)
        from_picture = picture_of(shown)
        assert from_picture != nothing
        # The inputs are so close that a pixel of the screen has several: zoom until it has not.
        x, y = neuron_at(shown, 0, pixel)
        turn_wheel(shown, x, y, 6)
        move_to(shown, *neuron_at(shown, 0, pixel))
        assert named(shown) == Neuron(0, pixel)
        shown.fit()
        assert picture_of(shown) == from_picture


def test_that_the_pixel_of_a_named_input_is_framed(shown: NetworkView) -> None:
    turn_wheel(shown, 60, 300, 9)
    x, y = pixel_centre(shown, 392)
    shown.pan(400 - x, 300 - y)
    x, y = pixel_centre(shown, 392)
    picture = shown.layout_px.picture
    assert picture is not None
    frame = QPoint(int(x - picture.side / 56), int(y))
    before = picture_of(shown).pixelColor(frame)
    move_to(shown, x, y)
    assert named(shown) == Neuron(0, 392)
    after = picture_of(shown).pixelColor(frame)
    assert after != before
    assert after.red() > after.green() + 50, "not the highlight's pink"


def test_that_nothing_is_named_beside_the_network(shown: NetworkView) -> None:
    move_to(shown, *neuron_at(shown, 2, 1))
    assert shown.part is not None
    move_to(shown, 5, 595)
    assert shown.part is None


def test_that_nothing_is_named_once_the_mouse_has_left(shown: NetworkView) -> None:
    move_to(shown, *neuron_at(shown, 2, 1))
    QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))
    assert shown.part is None


def test_that_nothing_is_named_before_there_are_numbers(view: NetworkView) -> None:
    move_to(view, *neuron_at(view, 2, 1))
    assert view.part is None


def test_that_the_card_keeps_up_without_a_move_of_the_mouse(shown: NetworkView) -> None:
    neuron = Neuron(2, 1)
    move_to(shown, *neuron_at(shown, *neuron))
    first = picture_of(shown)
    assert picture_of(shown) == first
    # Its bias is nowhere to be seen but on the card: colours stand for gradients.
    state = trained()
    state.parameters[1].b[1] = 12.5
    shown.show_state(state, 3, "first picture of the batch, a 3")
    assert named(shown) == neuron
    assert picture_of(shown) != first
    assert dict(read_out(neuron, state, CLASSES).rows)["bias b"] == "+12.5"


def test_that_the_card_of_a_weight_keeps_up(shown: NetworkView) -> None:
    gradient_of(strong := trained(), 1).W[0, 0] = 1e6
    shown.show_state(strong, 3, "first picture of the batch, a 3")
    move_to(shown, *curve(shown.layout_px, Edge(1, 0, 0))[20])
    assert named(shown) == Edge(1, 0, 0)
    first = picture_of(shown)
    gradient_of(state := trained(), 1).W[0, 0] = 1e6
    state.parameters[1].W[0, 0] += 1
    shown.show_state(state, 3, "first picture of the batch, a 3")
    assert picture_of(shown) != first


def test_that_edges_are_neutral_before_there_is_a_gradient(view: NetworkView) -> None:
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        for state in (None, untrained()):
            if state is not None:
                view.show_state(state, None, "")
            image = picture_of(view)
            for edge in (Edge(1, 0, 3), Edge(2, 4, 0), Edge(2, 2, 2)):
                for x, y in curve(view.layout_px, edge)[20:44:4].tolist():
                    # Its own pixels and those beside it, which it covers in part.
                    near = image.copy(int(x) - 1, int(y) - 1, 3, 3)
                    assert has_colour(near, theme.no_gradient, 60)
            assert view.scale.tops == ()


def test_that_a_gradient_colours_the_edges(view: NetworkView) -> None:
    neutral = picture_of(view)
    view.show_state(trained(), 3, "")
    coloured = picture_of(view)
    assert coloured != neutral
    view.set_quantity("weight")
    assert picture_of(view) != coloured
    view.set_quantity("gradient")
    assert picture_of(view) == coloured
    view.set_mode("network")
    assert picture_of(view) != coloured


def test_that_another_scale_is_announced_once(qtbot: QtBot, view: NetworkView) -> None:
    heard: list[Scale] = []
    view.scale_changed.connect(heard.append)
    view.show_state(trained(), 3, "")
    view.grab()
    view.show_state(trained(), 3, "")
    view.grab()
    assert heard == [view.scale]
    assert len(view.scale.tops) == 3
    view.set_mode("locked")
    view.grab()
    assert heard[-1].locked
    state = trained()
    for layer in range(3):
        gradient_of(state, layer).W[:] *= 1000
    view.show_state(state, 3, "")
    view.grab()
    assert len(heard) == 2


def test_that_the_wheel_zooms_about_the_mouse(shown: NetworkView) -> None:
    x, y = neuron_at(shown, 2, 1)
    move_to(shown, x, y)
    for _ in range(5):
        turn_wheel(shown, x, y, 1)
        assert neuron_at(shown, 2, 1) == pytest.approx((x, y))
    assert shown.layout_px.columns[3].x - x == pytest.approx(
        1.25**5 * (shown.width() - RIGHT_PX - x)
    )
    move_to(shown, x, y)
    assert named(shown) == Neuron(2, 1)
    turn_wheel(shown, x, y, -5)
    assert is_whole(shown)
    turn_wheel(shown, x, y, -3)
    assert is_whole(shown)


def test_that_a_touch_pad_zooms_by_fractions_of_a_notch(shown: NetworkView) -> None:
    x, y = neuron_at(shown, 2, 1)
    for _ in range(10):
        turn_wheel(shown, x, y, 0.1)
    assert shown.layout_px.columns[3].x - x == pytest.approx(1.25 * (shown.width() - RIGHT_PX - x))


def test_that_a_drag_moves_the_network_with_the_mouse(shown: NetworkView) -> None:
    turn_wheel(shown, 530, 300, 6)
    x, y = neuron_at(shown, 2, 1)
    QTest.mousePress(shown, LEFT, NONE, QPoint(500, 300))
    QTest.mouseMove(shown, QPoint(520, 290))
    QTest.mouseMove(shown, QPoint(540, 330))
    QTest.mouseRelease(shown, LEFT, NONE, QPoint(540, 330))
    assert neuron_at(shown, 2, 1) == pytest.approx((x + 40, y + 30))
    QTest.mouseMove(shown, QPoint(700, 200))
    assert neuron_at(shown, 2, 1) == pytest.approx((x + 40, y + 30)), "moves without a button"


def test_that_it_cannot_be_dragged_out_of_sight(shown: NetworkView) -> None:
    QTest.mousePress(shown, LEFT, NONE, QPoint(500, 300))
    QTest.mouseMove(shown, QPoint(900, 500))
    QTest.mouseRelease(shown, LEFT, NONE, QPoint(900, 500))
    assert is_whole(shown)
    shown.zoom_in()
    shown.pan(1e6, 1e6)
    assert shown.layout_px.picture is not None
    assert shown.layout_px.picture.x == pytest.approx(18 * 1.25)


def test_that_a_double_click_shows_the_whole_network(shown: NetworkView) -> None:
    turn_wheel(shown, 700, 200, 8)
    assert not is_whole(shown)
    QTest.mouseDClick(shown, LEFT, NONE, QPoint(500, 300))
    assert is_whole(shown)


def test_that_buttons_zoom_about_what_is_named(shown: NetworkView) -> None:
    move_to(shown, *neuron_at(shown, 2, 1))
    before = neuron_at(shown, 2, 1)
    shown.zoom_in()
    assert neuron_at(shown, 2, 1) == pytest.approx(before, abs=0.2)  # the mouse is at whole pixels
    shown.zoom_out()
    assert is_whole(shown)


def test_that_a_weight_stays_under_the_mouse_while_keys_zoom(shown: NetworkView) -> None:
    move_to(shown, *curve(shown.layout_px, Edge(1, 0, 4))[15])
    for _ in range(6):
        shown.zoom_in()
        assert shown.part == Edge(1, 0, 4)


def test_that_what_is_under_a_resting_mouse_is_named_after_every_move_of_the_picture(
    shown: NetworkView,
) -> None:
    heard: list[Part | None] = []
    shown.part_hovered.connect(heard.append)
    x, y = neuron_at(shown, 2, 1)
    move_to(shown, x, y)
    turn_wheel(shown, x, y, 5)
    assert named(shown) == Neuron(2, 1)
    shown.pan(0, neuron_at(shown, 2, 1)[1] - neuron_at(shown, 2, 2)[1])
    assert named(shown) == Neuron(2, 2)
    shown.fit()
    assert named(shown) == Neuron(2, 1)
    turn_wheel(shown, *neuron_at(shown, 3, 4), 1)
    assert named(shown) == Neuron(3, 4)
    QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))
    shown.zoom_in()
    shown.fit()
    assert heard == [Neuron(2, 1), Neuron(2, 2), Neuron(2, 1), Neuron(3, 4), None]


def test_that_walking_hides_the_card_until_the_mouse_moves(shown: NetworkView) -> None:
    turn_wheel(shown, 1000, 300, 12)
    move_to(shown, 1000, 300)
    shown.walk(0, 0)
    shown.walk(-1, 0)  # far away: the picture moves
    assert named(shown) is None
    x, y = neuron_at(shown, 2, 0)
    move_to(shown, x, y)
    assert isinstance(named(shown), Neuron)


def test_that_keys_reach_every_neuron(shown: NetworkView) -> None:
    shown.walk(0, 0)
    assert shown.chosen == Neuron(3, 0)
    seen = set()
    for column in (3, 2, 1, 0):
        shown.walk(0, -1000)
        for row in range(SIZES[column]):
            assert shown.chosen == Neuron(column, row)
            seen.add(shown.chosen)
            shown.walk(0, 1)
        assert shown.chosen == Neuron(column, SIZES[column] - 1), "walks over the end"
        shown.walk(-1, 0)
    assert shown.chosen == Neuron(0, 783)
    assert len(seen) == sum(SIZES)
    shown.walk(1, 0)
    assert shown.chosen == Neuron(1, 5), "the lowest there is"


def test_that_keys_reach_every_weight(shown: NetworkView) -> None:
    shown.walk(0, 0)
    for column in (1, 2, 3):
        for row in range(SIZES[column]):
            shown.walk(-9, -1000)
            shown.walk(column, row)
            assert chosen(shown) == Neuron(column, row)
            for start in range(SIZES[column - 1]):
                shown.walk_weights(1)
                assert chosen(shown) == Edge(column - 1, start, row)
            shown.walk_weights(1)
            assert chosen(shown) == Edge(column - 1, 0, row), "goes round"
            shown.walk_weights(-1)
            assert chosen(shown) == Edge(column - 1, SIZES[column - 1] - 1, row)
            shown.walk(0, 0)
            assert chosen(shown) == Neuron(column, row), "back to the neuron it leads into"
            shown.walk_weights(-1)
            assert chosen(shown) == Edge(column - 1, SIZES[column - 1] - 1, row)


def test_that_inputs_have_no_weights_to_walk(shown: NetworkView) -> None:
    shown.walk_weights(1)
    assert shown.chosen is None
    shown.walk(-9, 0)
    shown.walk(-9, 0)
    shown.walk_weights(1)
    assert shown.chosen == Neuron(0, 0)


def test_that_what_is_walked_to_comes_into_sight(shown: NetworkView) -> None:
    turn_wheel(shown, 1000, 580, 12)
    shown.walk(0, 0)
    assert shown.chosen == Neuron(3, 0)
    x, y = neuron_at(shown, 3, 0)
    assert 0 <= x <= 1060
    assert 0 <= y <= 600
    shown.walk(-1, 0)
    x, y = neuron_at(shown, 2, 0)
    assert 0 <= x <= 1060
    assert 0 <= y <= 600


def test_that_without_a_network_nothing_happens(qtbot: QtBot) -> None:
    empty = NetworkView()
    qtbot.addWidget(empty)
    empty.show()
    empty.walk(1, 0)
    empty.walk_weights(1)
    empty.zoom_in()
    empty.fit()
    move_to(empty, 100, 100)
    image = picture_of(empty)
    assert empty.part is None
    assert image.pixelColor(50, 50) == QColor(DARK.ground)


def test_that_another_network_begins_afresh(shown: NetworkView) -> None:
    shown.set_mode("locked")
    shown.grab()
    turn_wheel(shown, 500, 300, 5)
    shown.walk(0, 3)
    sizes = (784, 3, 10)
    shown.set_network(sizes, ("784 pixels", "3 tanh", "10 softmax"), CLASSES)
    assert shown.chosen is None
    assert is_whole(shown)
    assert [len(column.y) for column in shown.layout_px.columns] == list(sizes)
    blank = picture_of(shown)
    assert shown.scale.tops == ()
    assert not has_colour(blank, DARK.highlight), "the right output of the network before"
    shown.show_state(trained(sizes=sizes), 3, "")
    shown.grab()
    assert len(shown.scale.tops) == 2
    shown.walk(0, 0)
    assert shown.chosen == Neuron(2, 0)


def test_that_the_caption_of_the_picture_goes_with_its_network(
    qtbot: QtBot, view: NetworkView
) -> None:
    blank = picture_of(view)
    view.show_state(trained(), 3, "first picture of the batch, a 3")
    assert picture_of(view) != blank
    view.set_network(SIZES, CAPTIONS, CLASSES)
    assert picture_of(view) == blank


def test_that_the_network_fills_the_room_after_a_resize(shown: NetworkView) -> None:
    turn_wheel(shown, 0, 0, 2)
    shown.resize(700, 400)
    shown.fit()
    assert is_whole(shown)
    shown.grab()
    shown.resize(1200, 800)
    assert is_whole(shown)


def poisoned(value: float) -> NetworkState:
    """Numbers of a network that has diverged, here and there."""
    state = trained()
    state.parameters[0].W[5] = value
    state.parameters[1].b[2] = value
    gradient_of(state, 1).W[:] = value
    gradient_of(state, 2).W[1, 1] = value
    for layer in state.layers[1:]:
        assert layer.a is not None
        layer.a[:] = value
    return state


@pytest.mark.parametrize("size", [(360, 240), (1600, 1000)])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_that_it_paints_whatever_the_numbers(
    view: NetworkView, theme: Theme, size: tuple[int, int]
) -> None:
    view.resize(*size)
    view.set_theme(theme)
    parts: list[Callable[[], None]] = [
        lambda: view.walk(0, 0),
        lambda: view.walk_weights(1),
        lambda: view.walk(-2, 0),
        lambda: view.walk(-9, 400),
    ]
    for state in (None, untrained(), trained(), poisoned(np.nan), poisoned(np.inf)):
        if state is not None:
            view.show_state(state, 3, "first picture of the batch, a 3")
        image = picture_of(view)
        assert image.pixelColor(2, size[1] // 2).name() == theme.ground
        assert has_colour(image, theme.not_finite) == (
            state is not None and not np.isfinite(state.parameters[1].b).all()
        )
        for name in parts:
            name()
            view.grab()
    view.set_quantity("weight")
    view.grab()


@pytest.mark.parametrize("sizes", [(2, 2), (2, 4, 3, 2), (784, 300, 10), (784, *(3,) * 12, 10)])
def test_that_networks_of_any_build_are_painted(
    qtbot: QtBot, view: NetworkView, sizes: tuple[int, ...]
) -> None:
    classes = CLASSES[: sizes[-1]]
    view.set_network(sizes, [str(n) for n in sizes], classes)
    view.show_state(trained(sizes=sizes), 1, "")
    for step in range(12):
        turn_wheel(view, 100 + 60 * step, 300, 2)
        view.grab()
    view.fit()
    parts: list[Part] = [Neuron(len(sizes) - 1, 0), Neuron(0, 0)]
    for part in parts:
        move_to(view, *neuron_at(view, *part))
        assert named(view) == part
        view.grab()


def test_that_it_can_be_found_by_name(view: NetworkView) -> None:
    assert view.objectName() == "network_view"
    assert view.accessibleName() == "Network"
    assert view.focusPolicy() == Qt.FocusPolicy.StrongFocus


def click(view: NetworkView, x: float, y: float) -> None:
    QTest.mouseClick(view, LEFT, NONE, QPoint(round(x), round(y)))


@pytest.fixture
def choices(shown: NetworkView) -> list[Part | None]:
    heard: list[Part | None] = []
    shown.part_chosen.connect(heard.append)
    return heard


def test_that_a_click_chooses_what_is_under_the_mouse(
    shown: NetworkView, choices: list[Part | None]
) -> None:
    click(shown, *neuron_at(shown, 2, 1))
    assert shown.chosen == Neuron(2, 1)
    click(shown, *neuron_at(shown, 2, 1))
    click(shown, *neuron_at(shown, 3, 4))
    assert choices == [Neuron(2, 1), Neuron(3, 4)]


def test_that_a_click_on_an_edge_chooses_the_weight(
    shown: NetworkView, choices: list[Part | None]
) -> None:
    gradient_of(state := trained(), 1).W[3, 2] = 1e6
    shown.show_state(state, 3, "")
    click(shown, *curve(shown.layout_px, Edge(1, 3, 2))[20])
    assert choices == [Edge(1, 3, 2)]


def test_that_a_click_on_empty_ground_unchooses(
    shown: NetworkView, choices: list[Part | None]
) -> None:
    click(shown, *neuron_at(shown, 2, 1))
    click(shown, 5, 560)
    assert shown.chosen is None
    click(shown, 5, 560)
    assert choices == [Neuron(2, 1), None]


def test_that_what_is_chosen_stays_while_another_part_is_hovered(shown: NetworkView) -> None:
    click(shown, *neuron_at(shown, 2, 1))
    move_to(shown, *neuron_at(shown, 3, 4))
    assert (shown.chosen, shown.part) == (Neuron(2, 1), Neuron(3, 4))
    QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))
    assert (shown.chosen, shown.part) == (Neuron(2, 1), None)


@pytest.mark.parametrize(("moved", "chosen"), [(3, True), (9, False)])
def test_that_a_drag_is_no_click(shown: NetworkView, moved: int, chosen: bool) -> None:
    x, y = (round(place) for place in neuron_at(shown, 2, 1))
    QTest.mousePress(shown, LEFT, NONE, QPoint(x, y))
    QTest.mouseMove(shown, QPoint(x + moved, y))
    QTest.mouseRelease(shown, LEFT, NONE, QPoint(x + moved, y))
    assert (shown.chosen == Neuron(2, 1)) == chosen


def test_that_a_tremble_does_not_move_the_network(shown: NetworkView) -> None:
    turn_wheel(shown, 530, 300, 6)
    before = neuron_at(shown, 2, 1)
    QTest.mousePress(shown, LEFT, NONE, QPoint(500, 300))
    QTest.mouseMove(shown, QPoint(503, 300))
    QTest.mouseRelease(shown, LEFT, NONE, QPoint(503, 300))
    assert neuron_at(shown, 2, 1) == before


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_that_other_buttons_choose_nothing(shown: NetworkView, button: Qt.MouseButton) -> None:
    x, y = neuron_at(shown, 2, 1)
    QTest.mouseClick(shown, button, NONE, QPoint(round(x), round(y)))
    assert shown.chosen is None


def test_that_a_program_can_choose_and_is_heard_once(
    shown: NetworkView, choices: list[Part | None]
) -> None:
    shown.choose(Edge(1, 2, 3))
    shown.choose(Edge(1, 2, 3))
    shown.choose(None)
    assert choices == [Edge(1, 2, 3), None]


def test_that_what_a_program_chooses_comes_into_view_only_if_it_is_outside(
    shown: NetworkView,
) -> None:
    turn_wheel(shown, 1000, 580, 12)
    shown.choose(Neuron(1, 0))
    x, y = neuron_at(shown, 1, 0)
    assert 0 <= x <= shown.width()
    assert 0 <= y <= shown.height()
    near_the_edge = neuron_at(shown, 1, 0)
    shown.choose(None)
    shown.choose(Neuron(1, 0))
    assert neuron_at(shown, 1, 0) == near_the_edge


def test_that_choosing_changes_the_picture(shown: NetworkView) -> None:
    before = picture_of(shown)
    shown.choose(Edge(1, 2, 3))
    assert picture_of(shown) != before
    shown.choose(None)
    assert picture_of(shown) == before


def test_that_walking_chooses_from_what_was_hovered_and_hides_the_card(
    shown: NetworkView, choices: list[Part | None]
) -> None:
    move_to(shown, *neuron_at(shown, 2, 1))
    shown.walk(0, 1)
    assert choices == [Neuron(2, 2)]
    assert shown.part is None


def test_that_another_network_has_nothing_chosen(
    shown: NetworkView, choices: list[Part | None]
) -> None:
    shown.choose(Neuron(1, 0))
    shown.set_network((784, 3, 10), ("784 pixels", "3 tanh", "10 softmax"), CLASSES)
    assert shown.chosen is None
    assert choices == [Neuron(1, 0), None]


def test_that_each_stage_of_a_walk_looks_different_in_every_quantity(view: NetworkView) -> None:
    stages_of_a_batch = 3 + 1 + 3 + 1
    for key in QUANTITIES:
        view.set_quantity(key)
        pictures = []
        for taken in range(1, stages_of_a_batch + 1):
            view.show_state(trained(taken=taken), 3, "")
            pictures.append(picture_of(view))
        for one, other in pairwise(pictures):
            assert one != other, key


def test_that_only_computed_layers_are_coloured_while_the_batch_is_walked_through(
    view: NetworkView,
) -> None:
    view.show_state(trained(taken=5), 3, "")
    assert view.scale.tops[:2] == (None, None)
    assert view.scale.tops[2] is not None
    view.show_state(trained(taken=4), 3, "")
    assert view.scale.tops == ()


def test_that_weights_can_be_hovered_before_their_gradient_is_there(view: NetworkView) -> None:
    view.show_state(trained(taken=5), 3, "")
    state = trained(taken=5)
    state.parameters[1].W[2, 3] = 1e6
    view.show_state(state, 3, "")
    move_to(view, *curve(view.layout_px, Edge(1, 2, 3))[20])
    assert named(view) == Edge(1, 2, 3)


def test_that_names_of_inputs_and_long_classes_get_their_room(view: NetworkView) -> None:
    sizes, classes = (2, 2, 2), ("o1 → 0.01", "o2 → 0.99")
    view.set_network(sizes, ("2", "2", "2"), classes, False)
    unnamed = view.layout_px.columns[0].x
    blank = picture_of(view)
    view.set_network(sizes, ("2", "2", "2"), classes, False, ("i1 = 0.05", "i2 = 0.10"))
    assert view.layout_px.columns[0].x > unnamed + 30
    assert picture_of(view) != blank
