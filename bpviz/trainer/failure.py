"""What went wrong in the worker, as the user is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """
    An error in words.

    Attributes
    ----------
    message
        One readable line.
    details
        A traceback to copy; empty where the message says all.
    """

    message: str
    details: str = ""

    def __str__(self) -> str:
        return self.message
