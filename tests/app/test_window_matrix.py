"""The matrix beside the graph, in the real window."""

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bpviz.views.geometry import Edge, Neuron
from bpviz.views.matrix_view import MatrixView
from bpviz.views.theme import DARK

from .conftest import Launch, Pilot


@pytest.fixture
def matrix(pilot: Pilot) -> MatrixView:
    """Open it by key."""
    pilot.press("V")
    QApplication.processEvents()
    assert pilot.window.network.matrix.isVisible()
    return pilot.window.network.matrix.view


def place(matrix: MatrixView, edge: Edge) -> QPoint:
    rows, columns = matrix.layout_px[:2]
    return QPoint(sum(columns.place(edge.end)) // 2, sum(rows.place(edge.start)) // 2)


def test_that_one_key_opens_and_closes_it(pilot: Pilot) -> None:
    panel = pilot.window.network.matrix
    assert not panel.isVisible()
    pilot.press("V")
    assert panel.isVisible()
    pilot.press("V")
    assert not panel.isVisible()


@pytest.mark.parametrize("size", [(1280, 800), (1600, 1000)])
def test_that_it_does_not_enlarge_the_window(launch: Launch, size: tuple[int, int]) -> None:
    pilot = launch(size=QSize(*size))
    pilot.wait(lambda: pilot.figure("validation") != "")
    pilot.press("V")
    QApplication.processEvents()
    assert pilot.window.size() == QSize(*size)
    assert pilot.window.network.matrix.view.width() >= 200
    assert pilot.window.network.view.width() >= 360


def test_that_keys_lead_from_layer_to_layer(pilot: Pilot, matrix: MatrixView) -> None:
    layers = [matrix.layer]
    for keys in ("N", "N", "N", "Shift+N"):
        pilot.press(keys)
        layers.append(matrix.layer)
    assert layers == [0, 1, 2, 0, 2]


def test_that_a_cell_clicked_is_taken_apart_by_the_inspector(
    pilot: Pilot, matrix: MatrixView
) -> None:
    pilot.step()
    pilot.press("N")
    pilot.click(matrix, place(matrix, Edge(1, 3, 4)))
    assert pilot.window.inspector.part == Edge(1, 3, 4)
    assert pilot.window.network.view.chosen == Edge(1, 3, 4)
    assert pilot.says("Weight · layer 2, neuron 4 → neuron 5")


def test_that_what_is_inspected_is_chosen_in_the_matrix(pilot: Pilot, matrix: MatrixView) -> None:
    pilot.step()
    inspection = pilot.program.controller.inspection
    inspection.inspect(Edge(2, 3, 4))
    assert (matrix.layer, matrix.chosen) == (2, Edge(2, 3, 4))
    inspection.inspect(Neuron(1, 5))
    assert (matrix.layer, matrix.chosen) == (0, Neuron(1, 5))
    pilot.press("Escape")
    assert matrix.chosen is None


def test_that_its_cells_follow_the_stages_of_a_batch(pilot: Pilot, matrix: MatrixView) -> None:
    pilot.press("N")
    pilot.press("N")

    def colour() -> str:
        at = place(matrix, Edge(2, 3, 4)) + QPoint(3, 3)
        return matrix.grab().toImage().pixelColor(at).name()

    for _ in range(4):  # three layers forward, and the loss
        pilot.next_stage()
        assert colour() == DARK.no_gradient
    pilot.next_stage()
    pilot.wait(lambda: colour() != DARK.no_gradient)


def test_that_it_is_painted_anew_while_training_goes_on(pilot: Pilot, matrix: MatrixView) -> None:
    pilot.press("N")
    pilot.step()
    before = matrix.grab().toImage()
    pilot.play(5)
    pilot.pause()
    assert matrix.grab().toImage() != before


def test_that_arrow_keys_still_step_after_a_click_into_it(pilot: Pilot, matrix: MatrixView) -> None:
    pilot.click(matrix, place(matrix, Edge(0, 400, 4)))
    chosen = matrix.chosen
    pilot.next_stage()
    assert matrix.chosen == chosen


def test_that_arrow_keys_move_the_choice_once_it_has_the_focus(
    pilot: Pilot, matrix: MatrixView
) -> None:
    matrix.setFocus()
    for keys in ("Right", "Right", "Down"):
        pilot.press(keys)
    assert pilot.window.inspector.part == Edge(0, 1, 1)
    assert pilot.stage is None


def test_that_shift_f_shows_the_whole_course_of_the_loss_wherever_the_focus_is(
    pilot: Pilot, matrix: MatrixView
) -> None:
    matrix.setFocus()
    matrix.zoom(2)
    before = matrix.layout_px.lens
    fitted: list[bool] = []
    action = next(a for a in pilot.window.actions() if a.shortcut().toString() == "Shift+F")
    action.triggered.connect(lambda: fitted.append(True))
    pilot.press("Shift+F")
    assert fitted == [True]
    assert matrix.layout_px.lens == before
    pilot.press("F")
    assert matrix.layout_px.lens.zoom == 1


def test_that_tab_reaches_it(pilot: Pilot, matrix: MatrixView) -> None:
    for _ in range(80):
        if pilot.window.focusWidget() is matrix:
            break
        pilot.press("Tab")
    assert pilot.window.focusWidget() is matrix


def test_that_an_example_opened_meanwhile_is_shown_with_the_names_of_its_inputs(
    pilot: Pilot, matrix: MatrixView
) -> None:
    pilot.step()
    pilot.press("N")
    pilot.click(matrix, place(matrix, Edge(1, 3, 4)))
    QTest.mouseMove(matrix, place(matrix, Edge(1, 15, 15)))
    pilot.press("Alt+2")
    pilot.wait(lambda: matrix.layout_px.rows.n == 2)
    assert (matrix.layer, matrix.chosen, matrix.part) == (0, None, None)
    matrix.grab()
