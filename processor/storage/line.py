"""Who waits at the same time is served together, by one thread: what many share is paid for once."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
MOST_TOGETHER = 64


class Line(Generic[T]):
    """`serve` is given everybody who waits, in their order, MOST_TOGETHER at most; it may not raise. Whoever comes
    within `gathering` seconds of the others' end is served with the next.
    """

    def __init__(self, name: str, serve: Callable[[list[T]], None], gathering: float = 0) -> None:
        self.serve = serve
        self.gathering = gathering
        self.waiting: deque[T] = deque()
        self.turn = Lock()
        self.is_served = False
        self.thread = ThreadPoolExecutor(1, name)

    def join(self, one: T) -> None:
        with self.turn:
            self.waiting.append(one)
            if self.is_served:
                return
            self.is_served = True
        self.thread.submit(self._serve_waiting)

    def _serve_waiting(self) -> None:
        """Until nobody waits."""
        while together := self._next():
            self.serve(together)
            time.sleep(self.gathering)

    def _next(self) -> list[T]:
        with self.turn:
            self.is_served = bool(self.waiting)
            return [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_TOGETHER))]
