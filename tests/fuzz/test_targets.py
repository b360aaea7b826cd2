"""Every target over its seeds, and over the seeds with simple damage; the same damage in every run."""

import random

import pytest

from tests.fuzz.targets import TARGETS, Target
from tests.own_thread import in_own_thread

DAMAGED = 300


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_sound_and_damaged_input_breaks_no_promise(target: Target) -> None:
    in_own_thread(feed, target, target.seeds())


def feed(target: Target, seeds: list[bytes]) -> None:
    for seed in seeds:
        target.run(seed)
    for number in range(DAMAGED):
        target.run(damaged(seeds[number % len(seeds)], random.Random(number)))


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut, doubled, or with a few bytes changed."""
    at = chance.randrange(len(content) + 1)
    kind = chance.randrange(4)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + content[at // 2 :]
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 9) if content else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)
