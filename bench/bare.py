"""The yardstick: a bare Starlette endpoint that parses the same body and throws it away."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def discard(request: Request) -> JSONResponse:
    async with request.form() as form:
        return JSONResponse({"parts": len(form.multi_items())})


app = Starlette(routes=[Route("/api/v1/forms/{form_id}/dossiers", discard, methods=["POST"])])
