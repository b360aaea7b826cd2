"""A report as a file: each ending has its writer."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from processor.domain.errors import Malformed
from processor.domain.figures.report import Progress, Report, Table
from processor.rendering.documents.comma_file import comma_lines
from processor.rendering.reports import as_document
from processor.services.parts import Wired
from processor.services.reports.reports import opened_report

# The writers of Word and Excel are loaded by whoever wants such a file.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES: Mapping[str, str] = {"xlsx": XLSX, "csv": "text/csv", "json": "application/json", "docx": DOCX}
ENDINGS = tuple(MEDIA_TYPES)


def write_report(
    wired: Wired,
    name: str,
    year: int,
    ending: str,
    path: Path,
    table: str = "",
    progress: Progress = lambda rows: None,
) -> None:
    """CSV holds one table, the main one unless `table` names another. Raises Malformed for what there is not."""
    known_ending(ending)
    with opened_report(wired, name, year) as report:
        write_opened(report, ending, path, table, progress)


def known_ending(ending: str) -> None:
    if ending not in MEDIA_TYPES:
        raise Malformed("report_format_unknown", 404, value=ending[:20], options=", ".join(ENDINGS))


def write_opened(
    report: Report, ending: str, path: Path, table: str = "", progress: Progress = lambda rows: None
) -> None:
    known_ending(ending)
    WRITERS[ending](report, chosen(report, table), path, progress)


def chosen(report: Report, table: str) -> Table:
    found = next((one for one in report.tables if one.text.id == (table or report.text.main)), None)
    if found is None:
        known = ", ".join(one.text.id for one in report.tables)
        raise Malformed("report_table_unknown", 404, value=table[:40], options=known)
    return found


def write_xlsx(report: Report, table: Table, path: Path, progress: Progress) -> None:
    from processor.rendering.documents.workbook import write_workbook

    write_workbook(report, path, progress)


def write_csv(report: Report, table: Table, path: Path, progress: Progress) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(comma_lines(table))


def write_json(report: Report, table: Table, path: Path, progress: Progress) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(as_document(report), file, ensure_ascii=False, indent=1)


def write_docx(report: Report, table: Table, path: Path, progress: Progress) -> None:
    from processor.rendering.documents.report_word import report_word_file

    report_word_file(report, str(path))


WRITERS: Mapping[str, Callable[[Report, Table, Path, Progress], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "json": write_json,
    "docx": write_docx,
}
