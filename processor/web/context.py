"""What endpoints share: the wired parts, the site, absolute addresses, work in the thread pool."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from processor.services.parts import Wired
from processor.web.multipart import FormLimits
from processor.web.site import Site

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
    return request.client.host if request.client else ""


def form_limits(wired: Wired) -> FormLimits:
    """A body somewhat over the dossier's limit still gets its own message, naming the heaviest file."""
    limits = wired.limits
    return FormLimits(limits.dossier_bytes + limits.file_bytes, limits.file_bytes, limits.files)


def kept(response: Response, seconds: int) -> Response:
    """The same for everybody: browsers and proxies may show it again for a while, and search engines find it."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Everything below the web layer is synchronous."""
    return await run_in_threadpool(function, *args, **kwargs)
