"""`bpviz train`: trains without a window."""

import hashlib
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import NoReturn

import numpy as np
from tqdm import tqdm

from bpviz.data import Mnist, digits, load_mnist
from bpviz.session.blas_threads import fit_blas_threads
from bpviz.session.divergence import DivergenceError, explain
from bpviz.session.evaluation import Evaluation, evaluate
from bpviz.session.session import Session
from bpviz.session.settings import Settings

# A loss says little about one batch: the bar shows the mean of the last ones.
SMOOTHED_OVER = 100
# Trained in one go: Ctrl+C waits for its end.
_PIECE_S = 0.05


def run_train(settings: Settings, epochs: int, batches: int | None, as_json: bool) -> int:
    """
    Train on the digits with a progress bar on stderr, and print how well it went on stdout.

    Parameters
    ----------
    settings
        What to train.
    epochs
        How many passes over the training pictures.
    batches
        How many batches; takes the place of the epochs if given.
    as_json
        Print one JSON object and nothing else. What is not finite is null there.

    Returns
    -------
    int
        The exit status: 1 if training diverged.

    Raises
    ------
    DataError
        If the digits cannot be read.
    SettingsError
        If the network would be too large.
    """
    data = load_mnist()
    session = Session(settings, digits(data))
    fit_blas_threads(session.network.params.size)
    end = epochs * session.batches_in_epoch if batches is None else batches
    results: dict[str, Evaluation] = {}
    divergence = None
    try:
        _train_with_bar(session, end)
        results = evaluate_all(session, data)
    except DivergenceError as error:
        divergence = error

    if as_json:
        print(json.dumps(_report(session, results), allow_nan=False))
    elif results:
        print(_summary(session, results))
    if divergence:
        print(f"bpviz: {divergence}", file=sys.stderr)
    return 1 if divergence else 0


def train_to(session: Session, batch: int, show: Callable[[], None], every_s: float) -> None:
    """
    Train until so many batches are done, with the validations that are due by then.

    Parameters
    ----------
    session
        Is advanced, and its time counted.
    batch
        Number of the last batch; nothing is trained if the session is there already.
    show
        Called at most once in `every_s`.
    every_s
        Seconds between two calls.

    Raises
    ------
    DivergenceError
        If something became NaN or infinite.
    """
    start_s = shown_s = time.perf_counter()
    try:
        while session.batch < batch or session.evaluating:
            session.advance(_PIECE_S, batch - session.batch)
            now_s = time.perf_counter()
            if now_s - shown_s >= every_s:
                shown_s = now_s
                show()
    finally:
        session.elapsed_s += time.perf_counter() - start_s


def evaluate_all(session: Session, data: Mnist) -> dict[str, Evaluation]:
    """
    Evaluate the weights as they are now over all training, validation and test pictures.

    Raises
    ------
    DivergenceError
        If the last update made the losses NaN or infinite.
    """
    splits = {"train": data.train, "validation": data.validation, "test": data.test}
    pictures = sum(map(len, splits.values()))
    results = {}
    # overflow is told in words, by DivergenceError
    with np.errstate(all="ignore"), _bar("Evaluating", pictures, " pictures", passes=True) as bar:
        for name, split in splits.items():
            results[name] = evaluate(session.network, split, bar.update)
    if not all(math.isfinite(result.loss) for result in results.values()):
        raise explain((), session.network, session.settings, session.batch)
    return results


def _train_with_bar(session: Session, end: int) -> None:
    # A log file has no use for ten pictures of the bar a second.
    every_s = 0.1 if sys.stderr and sys.stderr.isatty() else 5.0
    with _bar("Training", end, " batches") as bar:

        def show() -> None:
            losses, validations = session.history.losses, session.history.validations
            words = [f"loss {losses[-SMOOTHED_OVER:].mean():.3f}"] if losses.size else []
            if validations:
                words.append(f"validation {validations[-1].result.accuracy:.1%}")
            bar.set_postfix_str(", ".join(words), refresh=False)
            bar.update(session.batch - bar.n)

        try:
            train_to(session, end, show, every_s)
        finally:
            show()


def _bar(what: str, total: int, unit: str, passes: bool = False) -> "tqdm[NoReturn]":
    """Return a progress bar; one that passes is shown only if it takes a while, and then goes."""
    return tqdm(
        total=total,
        desc=what,
        unit=unit,
        delay=0.5 if passes else 0,
        leave=not passes,
        file=sys.stderr,
        dynamic_ncols=True,
        mininterval=0,
        disable=sys.stderr is None,  # where the caller has closed it
    )


def _report(session: Session, results: dict[str, Evaluation]) -> dict[str, object]:
    report: dict[str, object] = {
        "batches": session.batch,
        "epochs": len(session.history.epoch_ends),
        "seconds": round(session.elapsed_s, 3),
        "batches_per_s": round(_rate(session), 1),
        "diverged": not results,
    }
    for name in ("train", "validation", "test"):
        result = results.get(name)
        report[f"{name}_loss"] = result.loss if result else None
        report[f"{name}_accuracy"] = result.accuracy if result else None
    return report | {
        "seed": session.settings.seed,
        "settings": asdict(session.settings),
        "parameters_sha256": hashlib.sha256(
            session.network.params.astype("<f4").tobytes()
        ).hexdigest(),
    }


def _summary(session: Session, results: dict[str, Evaluation]) -> str:
    lines = [
        f"{session.batch:,} batches in {session.elapsed_s:.2f} s ({_rate(session):,.0f} a second), "
        f"epochs completed: {len(session.history.epoch_ends):,}"
    ]
    for name, result in results.items():
        accuracy = f"{name} accuracy"
        lines.append(f"{accuracy:<20}{result.accuracy:>7.2%}    loss {result.loss:.4f}")
    return "\n".join(lines)


def _rate(session: Session) -> float:
    return session.batch / session.elapsed_s if session.elapsed_s else 0.0
