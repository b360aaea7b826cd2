"""The commands of those who edit content: check it, say what a change does, take over an official text."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from processor.console import OUT, Stopped, settings
from processor.domain.catalogue import Catalogue
from processor.domain.differences import differences
from processor.domain.errors import BrokenDefinition
from processor.domain.forms.schemas import schemas
from processor.domain.official_text import gaps
from processor.publish.citations import citation_faults
from processor.publish.official_page import import_text
from processor.publish.prose import pages_naming, prose_faults
from processor.settings import ROOT
from processor.storage.catalogue.definition_files import load_catalogue
from processor.storage.catalogue.revisions import changed_files, forms_at

app = typer.Typer()


@app.command()
def check(
    against: Annotated[
        str | None, typer.Option(metavar="REV", help="Nói rõ thay đổi so với một bản trong kho phiên bản.")
    ] = None,
) -> None:
    """Kiểm tra biểu mẫu, điều khoản, câu báo lỗi, số liệu gõ thẳng vào trang; báo tệp và dòng."""
    forms = settings().forms
    catalogue = load_catalogue(forms)
    docs = ROOT / "docs"
    if faults := [*prose_faults(docs, forms / "pages", catalogue), *citation_faults(docs, forms)]:
        raise BrokenDefinition(faults)
    OUT.print(
        f"Đúng: {len(catalogue.forms)} biểu mẫu, {len(catalogue.facts)} điều, {len(catalogue.messages.catalogue)} câu."
    )
    if against:
        show_changes(catalogue, against)


def show_changes(catalogue: Catalogue, revision: str) -> None:
    """Facts, fields, papers and rules that changed, and the pages that show them."""
    with forms_at(ROOT, revision) as forms:
        try:
            found = differences(load_catalogue(forms), catalogue, date.today())
        except BrokenDefinition as broken:
            raise Stopped(
                f"Bản {revision} của forms/ không đọc được bằng chương trình này: {broken.faults[0]}"
            ) from None
    others = [name for name in changed_files(ROOT, revision) if not told_in_full(name, catalogue)]
    if not found:
        OUT.print(f"So với {revision}: số liệu, ô và giấy tờ không đổi.")
    else:
        OUT.print(f"So với {revision}:")
    for difference in found:
        OUT.print(f"- {difference.words}", soft_wrap=True)
    pages = pages_naming(ROOT / "docs", {difference.name for difference in found})
    if found:
        OUT.print(f"Trang đổi theo: {', '.join(pages) if pages else 'không có'}.", soft_wrap=True)
    if others:
        OUT.print(f"Tệp khác đã đổi: {', '.join(others)}.", soft_wrap=True)


def told_in_full(file: str, catalogue: Catalogue) -> bool:
    """Facts, forms, and the papers and groups inside them; of other files only the name is told."""
    forms = {f"forms/{form_id}.yml" for form_id in catalogue.forms}
    shared = file.startswith("forms/shared/") and not file.endswith(("/texts.yml", "/communes.yml"))
    return file.startswith("forms/policy/") or file in forms or shared


@app.command("import-text")
def import_official_text(
    file: Annotated[Path, typer.Argument(help="Tệp .docx, .pdf có lớp chữ, hoặc .txt.")],
    docs: Annotated[Path, typer.Option(help="Thư mục chứa van-ban/.")] = ROOT / "docs",
) -> None:
    """Chép một văn bản thành trang trong docs/van-ban/, mỗi điều, khoản, mục có địa chỉ riêng."""
    page, text = import_text(file, docs, date.today())
    provisions = sum(bool(block.anchor) for block in text.blocks)
    OUT.print(f"Đã viết {page}: {text.title}", soft_wrap=True, highlight=False)
    cited = f"Dẫn trong số liệu bằng “at: van-ban/{page.stem}#…”."
    OUT.print(f"{provisions} mục có địa chỉ. Đọc lại cả trang trước khi đăng. {cited}", soft_wrap=True)
    for gap in gaps(text):
        OUT.print(f"- {gap}", soft_wrap=True, highlight=False)


@app.command()
def schema() -> None:
    """Viết lại các tệp *.schema.json của forms/ cho trình soạn thảo."""
    folder = settings().forms
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        OUT.print(f"Đã viết {folder / name}.")
