"""How fast the training goes at present."""

from collections import deque

WINDOW_S = 1.0
# At one batch a second, one second would show 0 or 1.
WINDOW_BATCHES = 4


class Rate:
    """Batches per second over about the last second of training, and the last batches."""

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
            Batches per second; None until some were trained.
        """
        if batch == 0:
            # The first batch comes at once, however slow the speed: the pace is told by the next.
            return None
        self._points.append((elapsed_s, batch))
        while len(self._points) > 2:
            next_s, next_batch = self._points[1]
            if elapsed_s - next_s <= WINDOW_S or batch - next_batch < WINDOW_BATCHES:
                break
            self._points.popleft()
        start_s, start = self._points[0]
        # A coarse clock may say that the batches took no time.
        known = batch > start and elapsed_s > start_s
        return (batch - start) / (elapsed_s - start_s) if known else None
