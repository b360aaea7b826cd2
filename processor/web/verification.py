"""What others need to verify receipts: the public keys, and the verifying page as one file for use without network."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor.domain.signature import SigningKey
from processor.domain.vietnamese import iso
from processor.rendering.verification import verification_file
from processor.services.proof.roots import published
from processor.services.proof.signing import verifying_keys
from processor.web.context import in_thread, site_of, wired_of

FILE_NAME = "xac-minh.html"


async def keys(request: Request) -> Response:
    return JSONResponse(keys_document(await in_thread(verifying_keys, wired_of(request))))


def keys_document(keys: list[SigningKey]) -> dict[str, object]:
    return {"keys": [key_for_programs(key) for key in keys]}


def key_for_programs(key: SigningKey) -> dict[str, str | None]:
    return {
        "key_id": key.key_id,
        "public_key": key.public_key,
        "valid_from": iso(key.valid_from),
        "valid_to": iso(key.valid_to) if key.valid_to else None,
    }


async def file(request: Request) -> Response:
    wired = wired_of(request)
    found = await in_thread(verifying_keys, wired)
    assets = site_of(request).folder / "assets"
    html = await in_thread(verification_file, wired.catalogue, keys_document(found), assets, wired.today())
    headers = {"content-disposition": f'attachment; filename="{FILE_NAME}"'}
    return Response(html, media_type="text/html", headers=headers)


async def roots(request: Request) -> Response:
    """The daily roots of the event log, the oldest first."""
    found = await in_thread(published, wired_of(request))
    told = [
        {"day": one.day.isoformat(), "root": one.root, "previous": one.previous, "dossiers": one.dossiers}
        for one in found
    ]
    return JSONResponse({"roots": told}, headers={"Access-Control-Allow-Origin": "*"})
