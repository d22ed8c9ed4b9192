import pytest

from bpviz.app.showing import rule
from bpviz.data import Task
from bpviz.session.session import Session
from bpviz.session.settings import Settings


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (Settings(), "w ← w − 0.1·∂L/∂w"),
        (Settings(weight_decay=0.01), "w ← w − 0.1·∂L/∂w − 0.001·w"),
        (
            Settings(optimizer="adam", weight_decay=0.01),
            "w ← w − 0.1·m̂ / (√v̂ + ε) − 0.001·w, m̂, v̂: means of g, g²",
        ),
        (
            Settings(optimizer="rmsprop", weight_decay=0.01),
            "w ← w − 0.1·g / (√v + ε) − 0.001·w, v: mean of g²",
        ),
    ],
)
def test_that_the_decay_stands_in_the_formula_of_the_update(
    small_task: Task, settings: Settings, text: str
) -> None:
    assert rule(Session(settings, small_task).snapshot()) == text
