"""Who waits at the same time is served together, by one thread: what many share is paid for once."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_TOGETHER = 64


class Line(Generic[T]):
    """`serve` is given everybody who waits, in their order, MOST_TOGETHER at most; it may not raise."""

    def __init__(self, name: str, serve: Callable[[list[T]], None]) -> None:
        self.serve = serve
        self.waiting: deque[T] = deque()
        self.thread = ThreadPoolExecutor(1, name)

    def join(self, one: T) -> None:
        self.waiting.append(one)
        if len(self.waiting) == 1:
            self.thread.submit(self._serve_waiting)

    def _serve_waiting(self) -> None:
        """Until nobody waits. Whoever finds somebody waiting before him is served along."""
        while self.waiting:
            self.serve([self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_TOGETHER))])
