"""The files of the built site: packed as the build packed them, kept by browsers as long as their names allow."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

NAMED_BY_CONTENT = re.compile(r"\.[0-9a-f]{8}((?:\.min)?\.(?:js|css))\Z")
IMMUTABLE = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
INSIDE = {"csp.txt", "csp.conf"}
"""What the build leaves for the servers."""
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""The smaller first."""
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xml": "text/xml",
}
"""Not the machine's own list: the same file has the same type everywhere, behind nginx too (deploy/nginx)."""


@dataclass(frozen=True)
class Built:
    """One file: its hash for the ETag, and what the build packed of it, by encoding."""

    path: Path
    media_type: str
    tag: str
    packed: dict[str, bytes] = field(repr=False)


class StaticSite:
    """The folder as it is: a site that is built anew under a running process is noticed at the next request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.built_at = 0
        self.paths: dict[str, Path] = {}
        self.read: dict[str, Built] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        await self.response(scope["path"], scope["query_string"], Headers(scope=scope))(scope, receive, send)

    def response(self, path: str, query: bytes, headers: Headers) -> Response:
        """Raises HTTPException(404)."""
        self.look_again()
        name = f"{path}index.html".removeprefix("/") if path.endswith("/") else path.removeprefix("/")
        if name in self.paths:
            return answer(self.file(name), cache_control(name), headers)
        if f"{name}/index.html" in self.paths:
            return RedirectResponse(quote(f"/{name}/") + (f"?{query.decode('latin-1')}" if query else ""), 307)
        if (plain := NAMED_BY_CONTENT.sub(r"\1", name)) in self.paths:
            # Of another build: while servers are renewed in turn, or from a page of yesterday.
            return answer(self.file(plain), ASKED_AGAIN, headers)
        raise HTTPException(404)

    def look_again(self) -> None:
        """One question to the file system; the walk only after a build."""
        try:
            built_at = (self.folder / "csp.txt").stat().st_mtime_ns
        except OSError:
            return  # the very moment between two sites
        if built_at != self.built_at:
            self.built_at, self.paths, self.read = built_at, dict(files(self.folder)), {}

    def file(self, name: str) -> Built:
        """Read at its first request and kept: all that a build packs is a megabyte or two."""
        if name not in self.read:
            self.read[name] = built(self.paths[name])
        return self.read[name]


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file under its name in the site, without the packed ones beside them."""
    found = {os.fspath(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    for name, path in found.items():
        packed = path.suffix in ENCODINGS.values() and name.removesuffix(path.suffix) in found
        if not packed and name not in INSIDE:
            yield name, path


def built(path: Path) -> Built:
    packed = {
        encoding: beside.read_bytes()
        for encoding, ending in ENCODINGS.items()
        if (beside := path.with_name(path.name + ending)).exists()
    }
    kind = TYPES.get(path.suffix, "application/octet-stream")
    return Built(path, kind, hashlib.sha256(path.read_bytes()).hexdigest()[:20], packed)


def answer(file: Built, caching: str, headers: Headers) -> Response:
    encoding = next((one for one in file.packed if one in accepted(headers)), "")
    tag = f'"{file.tag}-{encoding}"' if encoding else f'"{file.tag}"'
    told = {"ETag": tag, "Cache-Control": caching} | ({"Vary": "Accept-Encoding"} if file.packed else {})
    if has_already(headers, tag):
        return Response(status_code=304, headers=told)
    if encoding:
        told["Content-Encoding"] = encoding
        return Response(file.packed[encoding], headers=told, media_type=file.media_type)
    return FileResponse(file.path, headers=told, media_type=file.media_type)


def cache_control(name: str) -> str:
    return IMMUTABLE if NAMED_BY_CONTENT.search(name) else ASKED_AGAIN


def accepted(headers: Headers) -> set[str]:
    """The encodings that the reader takes; `q=0` means that it does not."""
    offers = [offer.lower().replace(" ", "") for offer in headers.get("accept-encoding", "").split(",")]
    return {name for name, _, weight in (offer.partition(";q=") for offer in offers) if not refused(weight)}


def refused(weight: str) -> bool:
    return bool(re.fullmatch(r"0(\.0*)?", weight))


def has_already(headers: Headers, tag: str) -> bool:
    known = [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]
    return tag in known or "*" in known
