"""The command line. Wrong values end with status 2, a broken environment with 1, in one line."""

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version

from bpviz.bench.parts import PARTS
from bpviz.bench.run import run_bench
from bpviz.cli.check import LIMIT, run_check
from bpviz.cli.doctor import run_doctor
from bpviz.cli.options import (
    Parser,
    add_json,
    add_settings,
    count,
    minutes,
    parts,
    png,
    runs,
    size,
    weight,
)
from bpviz.cli.qt import reachable_display, window_trouble
from bpviz.cli.train import run_train
from bpviz.data import DataError
from bpviz.data.ink import SIDE_PX
from bpviz.data.targets import CLASSES
from bpviz.engine import HIDDEN_ACTIVATIONS, USUAL_LEARNING_RATES
from bpviz.session.blas_threads import fit_blas_threads
from bpviz.session.settings import Settings, SettingsError
from bpviz.session.worked_examples import WORKED_EXAMPLES

STOPPED = "stopped by Ctrl+C"
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run a command.

    Parameters
    ----------
    argv
        Its words, by default those that the program was called with.

    Returns
    -------
    int
        The exit status: 0 if all went well, 1 if training diverged, a check failed or something
        is missing on this machine, 130 after Ctrl+C.

    Raises
    ------
    SystemExit
        With status 2 after a wrong value, with 0 after ``--help``.
    """
    fit_blas_threads(0)  # until there is a network
    try:
        try:
            return _run(sys.argv[1:] if argv is None else argv)
        finally:
            if sys.stdout:  # None where the caller has closed it
                sys.stdout.flush()  # not at the exit, where a reader who has left cannot be caught
    except KeyboardInterrupt:
        return _fail(STOPPED, INTERRUPTED)
    except OSError as error:
        # What is still to be written would fail once more at the exit.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            os.dup2(nowhere, sys.stderr.fileno())
        return _fail(str(error))


def _run(argv: Sequence[str]) -> int:
    args, unknown = _parser().parse_known_args(argv)
    parser: Parser = args.parser
    if unknown:
        parser.error(f"unknown argument {unknown[0]!r}")
    if args.command and argv[0] != args.command:
        parser.error(f"options go after the command: bpviz {args.command} [options]")
    try:
        status: int = args.run(args)
    except SettingsError as error:
        parser.error(str(error))
    except DataError as error:
        return _fail(str(error))
    except ImportError as error:
        return _fail(f"{error}; `bpviz doctor` says what is missing here")
    return status


def _fail(message: str, status: int = 1) -> int:
    print(f"bpviz: {message}", file=sys.stderr)
    return status


def _parser() -> Parser:
    parser = Parser(
        prog="bpviz",
        description="Open the window that shows how a neural network learns, or run a command.",
        allow_abbrev=False,
    )
    try:
        installed = version("bpviz")
    except PackageNotFoundError:
        installed = "(not installed)"
    parser.add_argument("--version", action="version", version=f"bpviz {installed}")
    parser.add_argument(
        "--theme",
        choices=("system", "dark", "light"),
        help="colours of the window (default: as chosen last)",
    )
    add_settings(parser)
    parser.set_defaults(run=_window, parser=parser)
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")

    def command(name: str, run: object, text: str, more: str = "") -> Parser:
        added: Parser = commands.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}. {more}", allow_abbrev=False
        )
        added.set_defaults(run=run, parser=added)
        return added

    added = command("train", _train, "train without a window", TRAIN)
    length = added.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs", type=count, default=5, metavar="N", help="passes over all pictures (default 5)"
    )
    length.add_argument("--batches", type=count, metavar="N", help="or so many batches")
    add_settings(added)
    add_json(added)

    added = command("screenshot", _screenshot, "draw the window into a file", SCREENSHOT)
    added.add_argument("path", type=png, metavar="OUT.png", help="the picture")
    added.add_argument(
        "--after", type=count, default=300, metavar="N", help="batches to train (default 300)"
    )
    added.add_argument(
        "--size",
        type=size,
        default="1600x1000",
        metavar="WxH",
        help="of the window in pixels (default %(default)s)",
    )
    added.add_argument("--theme", choices=("dark", "light"), default="dark", help="default: dark")
    added.add_argument(
        "--stages",
        type=count,
        default=0,
        metavar="N",
        help="then go so many stages into the next batch (default 0)",
    )
    added.add_argument(
        "--weight",
        type=weight,
        metavar="LAYER,FROM,TO",
        help="take this weight apart, such as 2,4,5 (all count from 1)",
    )
    added.add_argument(
        "--example",
        choices=[example.key for example in WORKED_EXAMPLES],
        help="show a worked example in place of the digits",
    )
    added.add_argument(
        "--matrix", action="store_true", help="show a layer's matrix of weights beside the graph"
    )
    add_settings(added)

    added = command("check", _check, "hold back-propagation against numerical derivatives", CHECK)
    added.add_argument(
        "--activation", choices=tuple(HIDDEN_ACTIVATIONS), help="only this one (default: all)"
    )
    add_settings(added, hidden="5,4", batch_size=5, seed=0)
    add_json(added)

    added = command("bench", _bench, "measure how fast it is, beside what else is installed", BENCH)
    added.add_argument(
        "--only",
        type=parts,
        default=tuple(PARTS),
        metavar="PART,PART",
        help=f"only these: {', '.join(PARTS)} (default: all)",
    )
    added.add_argument(
        "--runs", type=runs, default=5, metavar="N", help="how often each (default 5)"
    )
    added.add_argument(
        "--minutes",
        type=minutes,
        default=10,
        metavar="M",
        help="of training before memory is measured, once (default 10)",
    )
    add_json(added)

    added = command("doctor", _doctor, "say whether the window can open here, and what is missing")
    add_json(added)
    return parser


TRAIN = """
Ends with the loss and the accuracy of the final weights, each over all pictures: 55,000 to learn
from (train_loss), 5,000 held back (validation), 10,000 of other writers (test). Ends with status 1
if training diverges."""
SCREENSHOT = "Needs no display."
CHECK = f"""
Every hidden activation with every output and loss that go together, on small random networks in
float64. Ends with status 1 if a relative error is above {LIMIT:g}."""

BENCH = """
Takes about 25 minutes, on a machine that does nothing else meanwhile. Opens windows, or paints
them off screen where there is no display. Compares with PyTorch if that is installed, by the extra
bench. Ends with status 0 whatever comes out, with 1 if something could not be measured."""


def _window(args: argparse.Namespace) -> int:
    settings = _settings(args)
    if trouble := window_trouble():
        return _fail(trouble)
    _end_on_ctrl_c()
    # Loaded here, because the other commands start faster without Qt and work where it is missing.
    from bpviz.app.main import open_window

    return open_window(settings, args.theme)


def _screenshot(args: argparse.Namespace) -> int:
    settings = _settings(args)
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        os.environ["LC_ALL"] = "C.UTF-8"  # Qt would choose it itself, and say so on stderr
    os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
    if trouble := window_trouble():
        return _fail(trouble)
    _end_on_ctrl_c()
    from bpviz.app.main import Pose, screenshot  # here for the reason given in _window

    try:
        width, height = args.size
        pose = Pose(args.after, args.stages, args.weight, args.example, args.matrix)
        screenshot(args.path, settings, pose, width, height, args.theme)
    except (OSError, ValueError) as error:
        args.parser.error(str(error))
    except RuntimeError as error:
        return _fail(str(error))
    return 0


def _end_on_ctrl_c() -> None:
    # Python's own handler would wait until Qt calls Python again, which may be never. A byte is
    # written at once.
    reader, writer = socket.socketpair()
    writer.setblocking(False)

    def wait() -> None:
        reader.recv(1)
        os._exit(_fail(STOPPED, INTERRUPTED))

    signal.signal(signal.SIGINT, lambda *_: None)
    signal.set_wakeup_fd(writer.detach())
    threading.Thread(target=wait, daemon=True).start()


def _train(args: argparse.Namespace) -> int:
    return run_train(_settings(args), args.epochs, args.batches, args.json)


def _check(args: argparse.Namespace) -> int:
    settings = Settings(hidden=args.hidden, batch_size=args.batch_size, seed=args.seed)
    return run_check(settings, args.activation, args.json)


def _bench(args: argparse.Namespace) -> int:
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if sys.platform == "linux" and not chosen and not reachable_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if any(PARTS[name].has_window for name in args.only) and (trouble := window_trouble()):
        return _fail(trouble)
    return run_bench(args.only, args.runs, args.minutes, args.json)


def _doctor(args: argparse.Namespace) -> int:
    return run_doctor(args.json)


def _settings(args: argparse.Namespace) -> Settings:
    if args.learning_rate is None:
        args.learning_rate = USUAL_LEARNING_RATES[args.optimizer]
    settings = Settings(**{field.name: getattr(args, field.name) for field in fields(Settings)})
    settings.sizes(SIDE_PX**2, len(CLASSES))  # too large a network is found before Qt is loaded
    return settings
