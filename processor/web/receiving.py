"""A post that may bring files, while there is room for them."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

from starlette.requests import Request

from processor.domain.errors import Unavailable
from processor.domain.forms.definition import FormDefinition
from processor.services.room import refuse_when_low
from processor.web.context import form_limits, wired_of
from processor.web.multipart import PostedForm, posted_form


@contextlib.asynccontextmanager
async def posted_files(request: Request, form: FormDefinition) -> AsyncIterator[PostedForm]:
    """Of a program, as much as `form` can post. Files that nobody took are gone when the block ends.

    Raises Malformed; Unavailable before the body is read while the disk is nearly full.
    """
    wired = wired_of(request)
    refuse_when_low(wired)
    async with posted_form(request, form_limits(wired, form), wired.store.receive) as posted:
        yield posted


@contextlib.asynccontextmanager
async def posted_page(request: Request, form: FormDefinition) -> AsyncIterator[tuple[PostedForm, Unavailable | None]]:
    """Of a person. While the disk is nearly full files are let go as they come, and why; what was typed is there."""
    wired = wired_of(request)
    limits, low = form_limits(wired, form), None
    try:
        refuse_when_low(wired)
    except Unavailable as trouble:
        limits, low = replace(limits, file=0), trouble
    async with posted_form(request, limits, wired.store.receive) as posted:
        yield posted, low
