"""Inspection of every uploaded file, by processes that are asked without end and bounded for each file.

A child that dies, or takes too long, had one file in hand: the first that it had not answered. A new child is asked of
that file before any other, and when that one does not survive it either, the file is refused as too complex. No other
file is: what a child had still to do goes on to the next.
"""

import asyncio
import socket
from asyncio import AbstractEventLoop, Future, TimerHandle, get_running_loop
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Thread

from processor.children import started
from processor.domain.errors import Unavailable
from processor.domain.files import FileFault, file_words
from processor.inspection.bounds import SECONDS
from processor.inspection.child import line_of_question, verdict_in
from processor.inspection.inspect import Question, Verdict

CHILD = "processor.inspection.child"
AHEAD = 8
"""Questions that one child holds at most; the others go to whichever is done first."""
TOGETHER = 4
"""Questions that are handed over in one go: a child is woken once for the files of a submission."""
LONGEST_ANSWER = 64 * 1024


class Inspector:
    """At most `together` processes at a time for each event loop. They start with the first file and end with it."""

    def __init__(self, together: int = 2) -> None:
        self.together = together
        self.crews: dict[AbstractEventLoop, Crew] = {}

    async def __call__(self, questions: Sequence[Question]) -> list[Verdict]:
        """One verdict a question, in their order; of no question at all, once a child is there to be asked.

        Raises OSError, Unavailable when no child can be started.
        """
        crew = self.crew_of(get_running_loop())
        if not questions:
            await asyncio.shield(crew.someone().ready)
        return await asyncio.gather(*crew.asked(questions))

    def crew_of(self, loop: AbstractEventLoop) -> "Crew":
        if loop not in self.crews:
            self.crews[loop] = Crew(loop, self.together)
            self.crews[loop].ending.add_done_callback(lambda _: self.crews.pop(loop, None))
        return self.crews[loop]


@dataclass(eq=False)
class Asked:
    """One file that waits for its verdict."""

    question: Question
    verdict: Future[Verdict]

    def is_given_up(self) -> bool:
        return self.verdict.done()

    def settle(self, verdict: Verdict) -> None:
        if not self.verdict.done():
            self.verdict.set_result(verdict)

    def fail(self, error: Exception) -> None:
        if not self.verdict.done():
            self.verdict.set_exception(error)


class Crew:
    """The children of one event loop, and the files that none of them has in hand yet."""

    def __init__(self, loop: AbstractEventLoop, together: int) -> None:
        self.loop = loop
        self.together = together
        self.waiting: deque[Asked] = deque()
        self.children: list[Child] = []
        self.ending = loop.create_task(self.until_the_end())

    def asked(self, questions: Sequence[Question]) -> list[Future[Verdict]]:
        waiting = [Asked(question, self.loop.create_future()) for question in questions]
        if not self.waiting:  # whoever asks in the same turn of the loop goes along
            self.loop.call_soon(self.hand_out)
        self.waiting.extend(waiting)
        return [one.verdict for one in waiting]

    def hand_out(self) -> None:
        """To whoever has least to do."""
        try:
            while self.waiting and (child := self.least_busy()):
                child.ask([self.waiting.popleft() for _ in range(min(len(self.waiting), child.room, TOGETHER))])
        except OSError as error:
            while self.waiting:
                self.waiting.popleft().fail(error)

    def least_busy(self) -> "Child | None":
        """None when all have their hands full."""
        child = min(self.children, key=lambda one: len(one.asked), default=None)
        if child is None or (child.asked and len(self.children) < self.together):
            child = self.started(child)
        return child if child.room else None

    def started(self, instead: "Child | None") -> "Child":
        """A new child. Raises OSError where none can be had, and no other is there `instead`."""
        try:
            self.children.append(Child(self.loop, self.hand_out, self.lost))
        except OSError:
            if instead is None:
                raise
            return instead
        return self.children[-1]

    def someone(self) -> "Child":
        """Raises OSError."""
        return self.children[0] if self.children else self.started(None)

    def lost(self, child: "Child") -> None:
        """It died or was ended."""
        self.children.remove(child)
        if not child.ready.done():
            self.not_begun(child)
        elif child.asked:
            self.blamed(child.asked.popleft(), alone=not child.used)
        self.waiting.extendleft(reversed(child.asked))
        self.hand_out()

    def not_begun(self, child: "Child") -> None:
        """That is the fault of no file."""
        trouble = Unavailable(because="a process that inspects files did not start")
        child.ready.set_exception(trouble)
        child.ready.exception()  # most often nobody waits for it
        while child.asked:
            child.asked.popleft().fail(trouble)

    def blamed(self, one: Asked, alone: bool) -> None:
        """Refused when its child had opened no other file; otherwise it gets a child that has not."""
        if alone:
            words = file_words(one.question.name, one.question.accept)
            one.settle(FileFault("file_too_complex", **words))
            return
        try:
            self.started(None).ask([one])
        except OSError as error:
            one.fail(error)

    async def until_the_end(self) -> None:
        """Of the event loop, which cancels what still runs."""
        try:
            await self.loop.create_future()
        finally:
            for child in self.children:
                child.end()


@dataclass(eq=False)
class Child:
    """One process. `asked` are the files that it was given and has not answered; `used` once it has seen to others.

    `ready` ends when it has started. Raises OSError when it cannot be.
    """

    loop: AbstractEventLoop
    has_answered: Callable[[], None]
    is_lost: Callable[["Child"], None]
    used: bool = False
    asked: deque[Asked] = field(default_factory=deque)
    due: TimerHandle | None = None
    said: bytes = b""

    def __post_init__(self) -> None:
        self.ready: Future[None] = self.loop.create_future()
        # Of what this process holds, secrets among it, nothing goes along.
        self.line, self.process = started(CHILD, socket.SOCK_STREAM, {}, silent=True)
        self.line.setblocking(False)
        self.loop.add_reader(self.line, self.heard)
        self.expect()

    @property
    def room(self) -> int:
        return AHEAD - len(self.asked)

    def ask(self, several: Sequence[Asked]) -> None:
        """A handful of short lines in one go: the socket always has room for them."""
        wanted = [one for one in several if not one.is_given_up()]
        idle = not self.asked
        self.asked.extend(wanted)
        try:
            self.line.send(b"".join(line_of_question(one.question) for one in wanted))
        except OSError:  # it died while it had nothing to do; its end of the line tells so in a moment
            self.used = True
        if idle and wanted and self.ready.done():
            self.expect()

    def expect(self) -> None:
        """Its next word, in so many seconds."""
        if self.due:
            self.due.cancel()
        self.due = self.loop.call_later(SECONDS, self.give_up)

    def heard(self) -> None:
        try:
            said = self.line.recv(LONGEST_ANSWER)
        except OSError:
            said = b""
        *lines, self.said = (self.said + said).split(b"\n")
        try:
            for line in lines:
                self.take(line)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            said = b""
        if not said or len(self.said) > LONGEST_ANSWER:
            self.give_up()
        elif lines:
            self.go_on()

    def take(self, line: bytes) -> None:
        if not self.ready.done():
            self.ready.set_result(None)
            return
        verdict = verdict_in(line)
        self.asked.popleft().settle(verdict)
        self.used = True

    def go_on(self) -> None:
        if self.asked:
            self.expect()
        elif self.due:
            self.due.cancel()
        self.has_answered()

    def give_up(self) -> None:
        self.end()
        self.is_lost(self)

    def end(self) -> None:
        if self.due:
            self.due.cancel()
        self.loop.remove_reader(self.line)
        self.line.close()
        self.process.kill()
        # The system takes a while to free what a process held.
        Thread(target=self.process.wait).start()
