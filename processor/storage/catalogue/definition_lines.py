"""Where each field, paper and rule of a form is written: `forms/FILE.yml:LINE`, for who wants to change it."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from processor.domain.errors import BrokenDefinition
from processor.storage.catalogue.definition_files import NOT_FORMS
from processor.storage.catalogue.positions import Positioned

PAPERS = "shared/papers.yml"
Line = tuple[str, str]
"""What, and where."""


@lru_cache(maxsize=4)
def definition_lines(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """By form, then by `field`, `group`, `group.field`, item or `rule:id`; as the files were when first asked for."""
    papers = dict(lines_of_papers(folder))
    return {path.stem: dict(lines_of(folder, path.name, papers)) for path in form_files(folder)}


def form_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yml") if path.name not in NOT_FORMS)


def read(folder: Path, name: str) -> Positioned | None:
    """None for a file that nobody can read any more."""
    try:
        return Positioned(folder / name, f"forms/{name}")
    except BrokenDefinition:
        return None


def lines_of_papers(folder: Path) -> Iterator[Line]:
    source = read(folder, PAPERS)
    for place, paper in enumerate(source.content.get("papers", ()) if source else ()):
        assert source
        yield paper["id"], where(source, ("papers", place))


def lines_of(folder: Path, name: str, papers: Mapping[str, str]) -> Iterator[Line]:
    source = read(folder, name)
    if source is None:
        return
    for place, section in enumerate(source.content.get("sections", ())):
        shared = read(folder, f"{section['use']}.yml") if "use" in section else None
        if shared:
            yield from lines_of_section(shared, shared.content, ())
        elif "use" not in section:
            yield from lines_of_section(source, section, ("sections", place))
    for place, item in enumerate(source.content.get("items", ())):
        if "use" in item:
            yield item["use"], papers.get(item["use"], where(source, ("items", place)))
        else:
            yield item["id"], where(source, ("items", place))
    for place, rule in enumerate(source.content.get("rules", ())):
        yield f"rule:{rule['id']}", where(source, ("rules", place))


def lines_of_section(source: Positioned, section: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[Line]:
    yield section["id"], where(source, path)
    for place, field in enumerate(section["fields"]):
        name = f"{section['id']}.{field['id']}" if section.get("repeat") else field["id"]
        yield name, where(source, (*path, "fields", place))


def where(source: Positioned, path: tuple[str | int, ...]) -> str:
    return f"{source.file}:{source.line(path)}"
