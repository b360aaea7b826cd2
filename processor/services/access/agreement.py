"""What the settings say of signing in by the agency's own accounts; asked at every start, so nothing is loaded here."""

from collections.abc import Mapping
from dataclasses import dataclass

from processor.domain.access.officer import ROLES
from processor.domain.errors import HotroError
from processor.settings import Settings


class OpenIdFault(HotroError):
    """The settings of the agency's sign-in do not fit together; the text says which."""


@dataclass(frozen=True)
class Agreed:
    """What the agency and this installation agreed on."""

    issuer: str
    client_id: str
    client_secret: str | None
    role_claim: str
    roles: Mapping[str, str]


def agreed(settings: Settings) -> Agreed | None:
    """None when nobody signs in by the agency's accounts. Raises OpenIdFault."""
    if not settings.oidc_issuer:
        return None
    roles = settings.role_of_claim
    if not settings.oidc_client_id:
        raise OpenIdFault("Có HOTRO_OIDC_ISSUER mà thiếu HOTRO_OIDC_CLIENT_ID. Đặt cả hai, hoặc bỏ cả hai.")
    if not roles:
        raise OpenIdFault("Có HOTRO_OIDC_ISSUER mà thiếu HOTRO_OIDC_ROLES. Ghi giá trị nào là vai trò nào.")
    if strange := [role for role in roles.values() if role not in ROLES]:
        raise OpenIdFault(f"HOTRO_OIDC_ROLES có vai trò “{strange[0]}”. Chỉ nhận: {', '.join(ROLES)}.")
    return Agreed(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_role_claim, roles
    )
