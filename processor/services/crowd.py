"""How many submissions are being checked and written in this process, and when the next has to come again.

Only whole ones count: a slow line holds no place, and what has come whole is never sent away. Drafts are always saved.
"""

import contextlib
from collections.abc import Iterator

from processor.domain.errors import Unavailable


class Crowd:
    """Asked and entered on the event loop alone."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.at_work = 0

    def refuse_when_full(self) -> None:
        """Before the body is read. Raises Unavailable("crowded")."""
        if self.at_work >= self.most:
            raise Unavailable("crowded", because=f"{self.at_work} submissions at work, {self.most} at most")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        self.at_work += 1
        try:
            yield
        finally:
            self.at_work -= 1
