"""Build the static site, strictly, and the content security policy that fits exactly what was built."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from processor.domain.errors import HotroError
from processor.publish.building_day import EPOCH, building_day, epoch_of
from processor.publish.changes import write_feed
from processor.publish.compression import compress, name_by_content
from processor.publish.downloads import write_checklists
from processor.publish.markdown import catalogue

HERE = "http://127.0.0.1:8000"
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL | re.IGNORECASE)
POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)


class BuildFailed(HotroError):
    """MkDocs refused a source; the text holds its last lines."""


def build_site(root: Path, site: Path, public_url: str = HERE, edit_uri: str | None = None) -> None:
    """Into a sibling first, so that a failed build leaves the old site. Raises BuildFailed, EpochUnreadable."""
    fresh, day = site.with_name(f"{site.name}.new"), building_day()
    shutil.rmtree(fresh, ignore_errors=True)
    # -P: nothing is imported from the folder being built. Not --quiet: what it silences, --strict does not count.
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--strict", "--site-dir"]
    addresses = {"HOTRO_PUBLIC_URL": f"{public_url}/", "HOTRO_EDIT_URI": edit_uri or f"{public_url}/bien-tap/?tep="}
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **addresses, EPOCH: epoch_of(day)}
    made = subprocess.run(
        [*command, str(fresh.absolute())], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise BuildFailed("Chưa dựng được trang:\n" + "\n".join((made.stdout + made.stderr).splitlines()[-12:]))
    write_feed(fresh, public_url)
    write_checklists(catalogue(), fresh, public_url, day)
    name_by_content(fresh)
    write_policy(fresh)
    compress(fresh)
    replace(fresh, site)


def write_policy(site: Path) -> None:
    """For the process, and as a line of configuration for nginx where that serves the site."""
    policy = content_security_policy(site)
    (site / "csp.txt").write_text(f"{policy}\n", encoding="utf-8")
    (site / "csp.conf").write_text(f'add_header Content-Security-Policy "{policy}" always;\n', encoding="utf-8")


def replace(fresh: Path, site: Path) -> None:
    old = site.with_name(f"{site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    fresh.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def content_security_policy(site: Path) -> str:
    return POLICY.format(hashes=" ".join(f"'sha256-{value}'" for value in inline_script_hashes(site)))


def inline_script_hashes(site: Path) -> list[str]:
    """Of every inline script that a browser would run, on every page."""
    found = {code for page in site.rglob("*.html") for code in inline_scripts(page.read_text(encoding="utf-8"))}
    return sorted(base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in found)


def inline_scripts(html: str) -> Iterator[str]:
    for script in SCRIPT.finditer(html):
        attributes = script["attributes"]
        runs = "type=" not in attributes or re.search(r"type=[\"']?(text/javascript|module)", attributes)
        if "src=" not in attributes and runs and script["code"]:
            yield script["code"]
