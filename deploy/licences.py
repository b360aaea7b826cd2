"""Whose licence each library of the running program has: docs/ky-thuat/giay-phep.md, written by `make licences`.

A library whose licence is unknown, closed, or asks that the whole program take it over (GPL, AGPL) stops the work.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from processor.settings import ROOT

PAGE = ROOT / "docs" / "ky-thuat" / "giay-phep.md"
PINNED = re.compile(r"^([A-Za-z0-9][^\\\n]*?) \\$", re.MULTILINE)
PIP_LICENSES = str(Path(sys.executable).parent / "pip-licenses")

# What a package says that no program can read, what a person read in its files, and how the licence file begins that
# must be there. The parts of PDFium are all under permissive licences (FreeType under the FTL).
READ_BY_HAND = {
    ("pyrage", "UNKNOWN"): ("MIT", "The MIT License (MIT)"),
    ("pypdfium2", "BSD-3-Clause, Apache-2.0, dependency licenses"): ("BSD-3-Clause AND Apache-2.0", ""),
}

ACCEPTED = {
    "0BSD",
    "Apache Software License",
    "Apache-2.0",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "GNU Lesser General Public License v2 or later (LGPLv2+)",
    "ISC License (ISCL)",
    "LGPL-3.0-only",
    "MIT",
    "MIT License",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "PSF-2.0",
    "Python Software Foundation License",
}

HEAD = """---
search:
  exclude: true
title: Giấy phép
description: Giấy phép của từng thư viện mà Hotro dùng khi chạy, và của những tệp đi kèm.
---

# Giấy phép {#giay-phep}

Hotro theo giấy phép Apache-2.0. Trang này do `make licences` viết từ các gói đã cài. Kiểm thử báo khi trang cũ, hoặc
khi một thư viện có giấy phép chưa rõ, đóng, hoặc buộc cả chương trình phải theo (GPL, AGPL).

## Tệp đi kèm

| tệp | nguồn | giấy phép |
| --- | --- | --- |
| `processor/rendering/fonts/` | phông Tinos 1.33 của Google | SIL OFL 1.1 |
| `docs/assets/vendor/qr-0.7.0.min.js` | gói `qr` 0.7.0 | MIT hoặc Apache-2.0 |

## Thư viện dùng khi chạy

Phiên bản và mã băm khóa ở `requirements/base.txt`.

| thư viện | phiên bản | giấy phép |
| --- | --- | --- |
"""


def page() -> str:
    """As it should stand in the documentation."""
    rows = sorted((name.lower(), name, version, licence) for name, version, licence in licences())
    return HEAD + "".join(f"| {name} | {version} | {licence} |\n" for _, name, version, licence in rows)


def licences() -> Iterator[tuple[str, str, str]]:
    """Name, version and licence of each library of requirements/base.txt that this machine needs."""
    asked = [PIP_LICENSES, "--format=json", "--with-system", "--with-license-file", "--no-license-path", "--packages"]
    told = subprocess.run([*asked, *run_time_packages()], capture_output=True, text=True, check=True).stdout
    for found in json.loads(told):
        yield found["Name"], found["Version"], licence_of(found)


def run_time_packages() -> list[str]:
    pinned = [Requirement(line) for line in PINNED.findall((ROOT / "requirements" / "base.txt").read_text())]
    return [one.name for one in pinned if one.marker is None or one.marker.evaluate()]


def licence_of(found: dict[str, str]) -> str:
    known, beginning = READ_BY_HAND.get((found["Name"], found["License"]), ("", ""))
    return known if known and found["LicenseText"].lstrip().startswith(beginning) else found["License"]


def refused(licence: str) -> bool:
    """Of a choice (OR) one must be acceptable, of several that hold together (AND, a list) each."""
    return not any(all(part in ACCEPTED for part in re.split(" AND |; ", choice)) for choice in licence.split(" OR "))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    if unacceptable := [f"{name}: {licence}" for name, _, licence in licences() if refused(licence)]:
        sys.exit("Giấy phép không dùng được:\n" + "\n".join(unacceptable))
