"""A process whose clock is some days ahead or back, by libfaketime."""

from collections.abc import Mapping
from pathlib import Path

LIBRARIES = "*/faketime/libfaketimeMT.so.1"


def days_away(days: int) -> Mapping[str, str]:
    """Its environment.

    The monotonic clock is as far away, from the first moment on, so that it never jumps. With DONT_FAKE_MONOTONIC
    libfaketime 0.9.10 fails `time.sleep` (EINVAL) and lets threads wait for the interpreter until others tire.
    """
    found = sorted(Path("/usr/lib").glob(LIBRARIES))
    if not found:
        raise RuntimeError("faketime is missing: apt-get install --no-install-recommends faketime")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": f"{days:+d}d", "FAKETIME_FORCE_MONOTONIC_FIX": "1"}
