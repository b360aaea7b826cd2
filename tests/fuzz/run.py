"""`python -m tests.fuzz.run TARGET --seconds N`: atheris looks for input that breaks a promise.

The corpus stays in `.fuzz/TARGET` and grows from run to run; what broke lies in `.fuzz/` as `TARGET-crash-…`.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import atheris

from processor.settings import ROOT

with atheris.instrument_imports(include=["processor", "multipart"]):
    from tests.fuzz.targets import TARGETS, Target

KEPT = ROOT / ".fuzz"
LONGEST_BYTES = 64 * 1024


def corpus_of(target: Target) -> Path:
    corpus = KEPT / target.id
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    return corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    target = TARGETS[asked.target]
    options = [
        f"-max_total_time={asked.seconds}",
        f"-max_len={LONGEST_BYTES}",
        f"-artifact_prefix={KEPT}/{target.id}-",
        "-rss_limit_mb=2048",
        "-timeout=20",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus_of(target))], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
