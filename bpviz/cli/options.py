"""The options that commands share, and how values are read from them."""

import argparse
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

from bpviz.bench.parts import PARTS
from bpviz.engine import (
    HIDDEN_ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    OUTPUT_ACTIVATIONS,
    USUAL_LEARNING_RATES,
)
from bpviz.session.settings import Settings

MAX_SIZE_PX = 8192


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of two and more."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"bpviz: error: {message} (see {self.prog} --help)\n")


def add_json(parser: Parser) -> None:
    """Add ``--json``."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line of stdout"
    )


def add_settings(parser: Parser, **defaults: object) -> None:
    """
    Add options named like settings.

    Parameters
    ----------
    parser
        Is given the options.
    **defaults
        Which ones, and their defaults as text or value. Without any, all with the defaults of
        `Settings`.
    """
    if not defaults:
        defaults = {field.name: field.default for field in fields(Settings)}
        defaults["hidden"] = ",".join(map(str, Settings().hidden))
        defaults["learning_rate"] = None
    group = parser.add_argument_group("options of the experiment")
    for name, default in defaults.items():
        details, text = _OPTIONS[name]
        if "choices" in details:
            details = details | {"metavar": "NAME"}
            text += ": " + ", ".join(details["choices"])
        if default is not None:
            text += " (default %(default)s)"
        option = "--" + name.replace("_", "-")
        group.add_argument(option, default=default, help=text, **details)


def layers(text: str) -> tuple[int, ...]:
    """Read ``"16,16"``, or ``"none"`` for no layer."""
    if text.strip() in ("", "none"):
        return ()
    try:
        return tuple(int(width) for width in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no list of layers: give their neurons, such as 16,16, or none"
        ) from None


def count(text: str) -> int:
    """Read a whole number, 0 or more."""
    if not re.fullmatch("[0-9]{1,12}", text):
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 or more, not {text!r}")
    return int(text)


def runs(text: str) -> int:
    """Read how often to do something, once or more."""
    if not re.fullmatch("0*[1-9][0-9]{0,5}", text):
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, not {text!r}")
    return int(text)


def minutes(text: str) -> float:
    """Read a time in minutes, more than 0 and less than a day."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 24 * 60:
        raise argparse.ArgumentTypeError(f"must be a time in minutes, such as 10, not {text!r}")
    return value


def parts(text: str) -> tuple[str, ...]:
    """Read ``"train,paint"``, some of what `bpviz bench` measures."""
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(
                f"there is no part {name!r}: choose from {', '.join(PARTS)}"
            )
    return names


def size(text: str) -> tuple[int, int]:
    """Read ``"1600x1000"``, width and height in pixels."""
    match = re.fullmatch("([0-9]{1,5})x([0-9]{1,5})", text)
    width, height = map(int, match.groups()) if match else (0, 0)
    if not (0 < width <= MAX_SIZE_PX and 0 < height <= MAX_SIZE_PX):
        raise argparse.ArgumentTypeError(
            f"must be width x height in pixels, such as 1600x1000, "
            f"each up to {MAX_SIZE_PX}, not {text!r}"
        )
    return width, height


def weight(text: str) -> tuple[int, int, int]:
    """Read ``"2,4,5"``: a layer, from which neuron and to which, all counting from 1."""
    match = re.fullmatch("([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6})", text)
    if not match:
        raise argparse.ArgumentTypeError(
            f"must be a layer, from and to, such as 2,4,5, not {text!r}"
        )
    layer, start, end = map(int, match.groups())
    return layer, start, end


def png(text: str) -> Path:
    """Read the path of a picture to be made, in a folder that is there."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text!r} must end in .png")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


_RATES = ", ".join(f"{name} {rate:g}" for name, rate in USUAL_LEARNING_RATES.items())
_OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "hidden": ({"type": layers, "metavar": "N,N"}, "neurons of each hidden layer, or none"),
    "activation": ({"choices": tuple(HIDDEN_ACTIVATIONS)}, "of the hidden layers"),
    "output": ({"choices": tuple(OUTPUT_ACTIVATIONS)}, "activation of the output layer"),
    "loss": ({"choices": tuple(LOSSES)}, "what training makes small"),
    "initializer": ({"choices": tuple(INITIALIZERS)}, "where the weights start"),
    "optimizer": ({"choices": tuple(OPTIMIZERS)}, "what it makes of the gradient"),
    "learning_rate": (
        {"type": float, "metavar": "ETA"},
        f"how far each step goes (default: usual for the optimizer, {_RATES})",
    ),
    "weight_decay": ({"type": float, "metavar": "LAMBDA"}, "how fast weights shrink"),
    "batch_size": ({"type": int, "metavar": "N"}, "pictures per batch"),
    "seed": ({"type": int, "metavar": "N"}, "of the starting weights and the pictures' order"),
}
