"""The agency whose name stands on the pages. What is not known is worded as unknown."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

UNKNOWN = "Chưa rõ – chưa đối chiếu với văn bản gốc"


class Agency(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    department: str
    controller: str
    names_verified_on: date | None = None
    contact_phone: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9 ]{7,14}$")] | None = None
    contact_email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    address: str | None = None
    privacy_email: str | None = None

    @property
    def contact(self) -> str:
        """Whom to ask and how, as the end of "Hỏi …"."""
        if self.contact_phone:
            return f"{self.name}, điện thoại {self.contact_phone}"
        return f"{self.name} qua biểu mẫu Phản ánh khó khăn, vướng mắc"

    def wording(self) -> dict[str, str]:
        """The placeholders every text may use."""
        return {
            "agency": self.name,
            "department": self.department,
            "controller": self.controller,
            "contact": self.contact,
            "contact_phone": self.contact_phone or f"{self.name} (trang này chưa có số điện thoại)",
            "privacy_contact": self.privacy_email or self.contact,
        }
