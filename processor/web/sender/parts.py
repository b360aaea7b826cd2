"""One section or one paper of a form, as a page of a draft asks for it."""

from dataclasses import dataclass

from starlette.requests import Request

from processor.domain.errors import NotFound
from processor.domain.forms.definition import FormDefinition, Item, Section
from processor.domain.forms.submission import Typed
from processor.domain.forms.tasks import in_section


@dataclass(frozen=True)
class Part:
    """One section or one paper of a form, and what of the posted names belongs to it."""

    section: Section | None = None
    item: Item | None = None

    @property
    def id(self) -> str:
        part = self.section or self.item
        assert part is not None
        return part.id

    def owns(self, name: str) -> bool:
        if self.section:
            return in_section(self.section, name)
        return name.partition(".")[0] == self.id

    def mine(self, typed: Typed) -> dict[str, list[str]]:
        return {name: values for name, values in typed.items() if self.owns(name)}

    def put_into(self, stored: Typed, typed: Typed) -> Typed:
        """The answers of this part anew, the others as they are stored."""
        return {name: values for name, values in stored.items() if not self.owns(name)} | self.mine(typed)


def part_of(request: Request, form: FormDefinition) -> Part:
    """Raises NotFound."""
    name = request.path_params["part"]
    if "/giay-to/" in request.url.path and name in form.items_by_id:
        return Part(item=form.items_by_id[name])
    section = next((section for section in form.sections if section.id == name), None)
    if "/phan/" not in request.url.path or section is None:
        raise NotFound("not_found")
    return Part(section=section)
