"""What import-linter cannot tell: it does not look inside other packages."""

from pathlib import Path

TRAINER = Path(__file__).parent.parent / "bpviz" / "trainer"


def test_that_the_trainer_knows_qtcore_only() -> None:
    lines = [line for path in TRAINER.glob("*.py") for line in path.read_text("utf-8").splitlines()]
    imports = [line for line in lines if "import" in line and "PySide6" in line]
    assert imports
    assert all(line.startswith("from PySide6.QtCore import ") for line in imports)
