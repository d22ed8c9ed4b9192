"""The README keeps its word."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def command_after(comment: str) -> str:
    (command,) = re.findall(rf"<!-- {comment} -->\n```sh\n([^\n]+)\n```\n", README)
    assert isinstance(command, str)
    return command


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


def test_that_the_start_command_ends_in_the_program() -> None:
    assert Path(command_after("start command").split()[-1]).name == "bpviz"


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("sed")), reason="needs bash and sed")
def test_that_the_continuous_integration_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (reading,) = re.findall(r"^command=.*\bsed\b.*$", script, re.MULTILINE)
    assert re.search(r'^bash -c "\$command"', script, re.MULTILINE)
    read = subprocess.run(
        ["bash", "-c", f'{reading}\nprintf %s "$command"'],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert read.stdout == command_after("test command")
    assert "pytest" in read.stdout
