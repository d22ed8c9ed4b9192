"""The README keeps its word."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_that_the_engine_in_ten_lines_runs_as_it_stands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})
    words = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["forward"] * 3 + ["backward"] * 3


def test_that_every_picture_and_file_it_links_is_there() -> None:
    links = re.findall(r"\]\((?!http)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_that_the_continuous_integration_runs_the_readmes_test_command() -> None:
    command = README.split("<!-- test command -->\n```sh\n")[1].split("\n```")[0]
    assert "pytest" in command
    assert "<!-- test command -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
