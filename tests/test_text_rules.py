"""What is forbidden in every template and every pattern, read from the sources: an escape is never taken back."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jinja2 import nodes
from pydantic_core import PydanticCustomError

from processor.domain.forms.fields import IntegerField
from processor.domain.forms.kinds import read_integer
from processor.rendering.templating import ENVIRONMENT, render
from processor.settings import ROOT

TEMPLATES = sorted(ENVIRONMENT.list_templates())
SOURCES = sorted((ROOT / "processor").rglob("*.py"))
UNESCAPING = {"safe", "forceescape", "striptags", "xmlattr"}
HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>"""
LINK_ATTRIBUTES = re.compile(r"""\b(?:href|src|action|formaction|xlink:href)\s*=\s*(["'])(.*?)\1""", re.DOTALL)
UNQUOTED = re.compile(r"[\s\"'][a-z-]+=(?:\{\{|\{%)")
OWN_START = re.compile(r"/|[a-z-]+\.json\Z|#|\?|https?://|mailto:|tel:|data:,\Z|\{\{ (?P<name>[a-z_.]+)")
OF_OURS = {
    *("action", "address", "answer.link", "back", "base", "cell", "draft_link", "edit", "here", "href", "link"),
    *("one.link", "original", "paper.link", "path", "place", "receipt", "row.link", "scan_place", "script"),
    *("shown.action", "shown.next_page", "source.href", "step.href", "told.address", "type.page", "verify", "where"),
}
"""Addresses that the program makes, or that stand in forms/; nobody types them."""
MARKED_SAFE = {
    "rendering/templating.py",  # what the escaping environment rendered
    "rendering/eligibility.py",  # JSON of our own data, without a <
    "rendering/verification.py",  # our own script and style in a file of its own
    "rendering/desk/accounts.py",  # QR codes, drawn here
    "rendering/drafts.py",
    "rendering/documents/receipt.py",
}
READS_INPUT = (
    "web",
    "services",
    "domain/forms",
    "domain/access",
    "domain/reference.py",
    "domain/files.py",
    "domain/feed.py",
)


def text_of(template: str) -> str:
    return (ROOT / "processor" / "rendering" / "templates" / template).read_text(encoding="utf-8")


def test_there_is_one_environment_and_it_escapes_whatever_the_template_is_called() -> None:
    made = [path.name for path in SOURCES if "Environment(" in path.read_text(encoding="utf-8")]

    assert made == ["templating.py"] and ENVIRONMENT.autoescape is True


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_takes_an_escape_back(template: str) -> None:
    tree = ENVIRONMENT.parse(text_of(template))

    assert [one.name for one in tree.find_all(nodes.Filter) if one.name in UNESCAPING] == []
    assert list(tree.find_all((nodes.EvalContextModifier, nodes.MarkSafe))) == []


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.endswith(".html")])
def test_every_attribute_is_quoted(template: str) -> None:
    text = text_of(template)

    assert UNQUOTED.findall(text) == []


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.endswith(".html")])
def test_every_link_begins_here_or_with_a_safe_scheme(template: str) -> None:
    links = [link for _, link in LINK_ATTRIBUTES.findall(text_of(template))]

    assert [link for link in links if not is_own(link)] == []


def is_own(link: str) -> bool:
    """Written out from its beginning, or begun by an address of the program."""
    begins = OWN_START.match(link)
    return begins is not None and (begins["name"] is None or begins["name"] in OF_OURS)


def test_nothing_else_is_marked_as_safe() -> None:
    marked = {
        str(path.relative_to(ROOT / "processor"))
        for path in SOURCES
        for call in calls(path, "Markup")
        if call.args and not isinstance(call.args[0], ast.Constant)
    }

    assert marked == MARKED_SAFE


def test_markup_in_a_value_is_shown_as_it_was_typed() -> None:
    html = str(render("message.html", heading=HOSTILE, text=HOSTILE, again=False))

    page = BeautifulSoup(html, "html.parser")
    assert page.find("script") is None and page.find("img") is None
    assert page.get_text().count(HOSTILE) == 2


def test_no_model_takes_a_pattern_that_can_run_away() -> None:
    """The default engine is linear; a compiled pattern or python-re backtracks, and lets a line end through `$`."""
    source = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    named = [
        f"{path.name}: {keyword.arg}"
        for path in SOURCES
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg == "pattern" and not isinstance(keyword.value, ast.Constant)
    ]

    assert named == []
    assert [path.name for path, text in source.items() if "regex_engine" in text or "python-re" in text] == []


def test_what_people_send_is_matched_by_plain_digits_and_to_the_very_end() -> None:
    r"""`\d` takes the digits of every script, `$` a line end behind."""
    loose = [
        f"{path.name}: {pattern}"
        for path in SOURCES
        if str(path.relative_to(ROOT / "processor")).startswith(READS_INPUT)
        for pattern in patterns(path)
        if "\\d" in pattern or pattern.endswith("$")
    ]

    assert loose == []


def test_no_number_that_people_send_is_read_by_a_model() -> None:
    """`int` would take 1_000 and 1.0, `float` nan: numbers are read by the kinds, from plain digits."""
    for digits in ("1_000", "١٢٣", "１２３", "1e3", "nan", "inf", "0x10", "1.0"):
        with pytest.raises(PydanticCustomError):
            read_integer(digits, COUNTED, date(2026, 11, 24))


COUNTED = IntegerField(id="n", kind="integer", label="Số", example=1, min=0, max=10**6)


def calls(path: Path, name: str = "") -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (not name or getattr(node.func, "id", "") == name):
            yield node


def patterns(path: Path) -> Iterator[str]:
    """What is given to the functions of re."""
    for call in calls(path):
        of_re = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "re"
        if of_re and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)
