"""What the built site is sent as: own scripts and styles under the hash of their content, everything packed beforehand.

Nothing here depends on when or where it runs, so that the same sources give the same files to the byte.
"""

import gzip
import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import brotli

PACKED = {".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"}
NAMED_ALREADY = re.compile(r"\.[0-9a-f]{8}\.min\.(?:css|js)\Z")
LINK = re.compile(r'((?:src|href)="[^"]*?assets/)([\w./-]+\.(?:css|js))"')
UNASKED = {"csp.txt", "wordcut.js", "tinyseg.js"}
BROTLI_QUALITY = 10
"""Eleven takes three times as long for 2 % less."""


def name_by_content(site: Path) -> None:
    """A copy of each script and style of ours that browsers may keep for ever, and every page links to that.

    The plain name stays: scripts load each other by it.
    """
    assets = site / "assets"
    found = [path for ending in ("css", "js") for path in sorted(assets.glob(f"*.{ending}"))]
    names = {path.name: hashed_copy(path) for path in found if not NAMED_ALREADY.search(path.name)}
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(LINK.sub(lambda link: f'{link[1]}{names.get(link[2], link[2])}"', text), encoding="utf-8")


def hashed_copy(path: Path) -> str:
    name = f"{path.stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}{path.suffix}"
    shutil.copyfile(path, path.with_name(name))
    return name


def compress(site: Path) -> None:
    """`x.br` and `x.gz` beside each `x` that gets smaller by it."""
    for path in list(worth_packing(site)):
        whole = path.read_bytes()
        packed = {
            "br": brotli.compress(whole, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY),
            "gz": gzip.compress(whole, 9, mtime=0),
        }
        for ending, made in packed.items():
            if len(made) < len(whole):
                path.with_name(f"{path.name}.{ending}").write_bytes(made)


def worth_packing(site: Path) -> Iterator[Path]:
    """Not what is for the servers alone, nor the theme's large word lists that no Vietnamese page asks for."""
    for path in site.rglob("*"):
        if path.suffix in PACKED and path.is_file() and path.name not in UNASKED:
            yield path
