"""`python -m deploy.health PORT SECONDS`: waits until a Hotro on this machine is ready and shows its first page."""

import json
import sys
import time
from urllib.request import ProxyHandler, build_opener

# Whatever proxy the environment names: this machine asks itself.
HERE = build_opener(ProxyHandler({}))


def answered(port: int) -> bool:
    """Raises OSError while it does not."""
    with HERE.open(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
        ready = json.load(answer)["ready"]
    with HERE.open(f"http://127.0.0.1:{port}/", timeout=5) as page:
        return bool(ready and page.read())


def wait(port: int, seconds: float) -> str:
    """Nothing once it answers, else why it does not."""
    ends = time.monotonic() + seconds
    while True:
        try:
            return "" if answered(port) else "chưa sẵn sàng"
        except OSError as error:
            if time.monotonic() > ends:
                return str(error)
        time.sleep(0.3)


if __name__ == "__main__":
    if why := wait(int(sys.argv[1]), float(sys.argv[2])):
        sys.exit(f"Cổng {sys.argv[1]} chưa trả lời: {why}")
