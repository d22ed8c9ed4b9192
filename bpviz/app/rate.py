"""How fast the training goes at present."""

from collections import deque

WINDOW_S = 1.0


class Rate:
    """Batches per second over about the last second of training."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def add(self, elapsed_s: float, batch: int) -> float | None:
        """
        Take note of a moment.

        Parameters
        ----------
        elapsed_s
            Time spent training.
        batch
            Batches trained.

        Returns
        -------
        float or None
            Batches per second; None until two moments are known.
        """
        self._points.append((elapsed_s, batch))
        while len(self._points) > 2 and elapsed_s - self._points[1][0] > WINDOW_S:
            self._points.popleft()
        start_s, start = self._points[0]
        return (batch - start) / (elapsed_s - start_s) if elapsed_s > start_s else None
