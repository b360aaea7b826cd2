"""What a start loads, and what it leaves for when it is needed."""

import subprocess
import sys

from processor.settings import ROOT

LATER = ("alembic", "markdown", "zxcvbn", "processor.commands", "processor.publish.markdown")


def test_a_worker_process_loads_nothing_that_only_other_work_needs() -> None:
    asked = f"import sys, processor.serving; print([name for name in {LATER} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
