"""What endpoints share: the wired parts, the site, absolute addresses, work in the thread pool."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.posting import most_posted
from processor.rendering.files import FileWords
from processor.services.parts import Wired
from processor.web.multipart import MOST_FIELDS, FormLimits
from processor.web.site import Site

SPARE = 10
"""Posted beyond what the form has: a page of its last version, a row too many, are told what is wrong."""
P = ParamSpec("P")
R = TypeVar("R")


def wired_of(request: Request) -> Wired:
    wired: Wired = request.app.state.wired
    return wired


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def address(request: Request, path: str) -> str:
    """An absolute address: from HOTRO_PUBLIC_URL, otherwise from the request's host, which was checked."""
    public = wired_of(request).settings.public_url
    return (public or f"{request.url.scheme}://{request.headers['host']}") + path


def visitor(request: Request) -> str:
    """Where a request comes from, as far as the trusted proxies tell."""
    return place_of(request.client.host) if request.client else ""


@lru_cache(1024)
def place_of(host: str) -> str:
    """Of IPv6 the network: one line has 2^64 addresses there, so that each try could come from another."""
    try:
        known = ip_address(host)
    except ValueError:
        return host
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known.packed[:8] + bytes(8), 64)))


def form_limits(wired: Wired, form: FormDefinition | None) -> FormLimits:
    """A body somewhat over the dossier's limit still gets its own message, naming the heaviest file.

    Without a form, as when the database does not tell which it is, names are bounded as on any page.
    """
    limits = wired.limits
    names = most_posted(form) + SPARE if form else MOST_FIELDS
    return FormLimits(limits.dossier_bytes + limits.file_bytes, limits.file_bytes, limits.files, names)


def file_words_of(wired: Wired) -> FileWords:
    return FileWords(wired.catalogue, wired.settings.without_scanner)


def kept(response: Response, seconds: int) -> Response:
    """The same for everybody: browsers and proxies may show it again for a while, and search engines find it."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Everything below the web layer is synchronous."""
    return await run_in_threadpool(function, *args, **kwargs)
