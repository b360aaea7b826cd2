"""The first time a term of the glossary stands on a page, it leads to its meaning, which shows when pointed at."""

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from processor.domain.glossary import Glossary
from processor.rendering.templating import render

SKIPPED = {"a", "code", "pre", "label", "h1", "h2", "h3", "h4", "h5", "h6", "script", "th"}
OWN_PAGE, OFFICIAL_TEXT = "hotro-block--thuat-ngu", "van-ban"


class TermProcessor(Treeprocessor):
    """Runs once the anchors are set. Official texts keep their words bare, and the glossary leads nowhere else."""

    def __init__(self, md: Markdown, glossary: Callable[[], Glossary]) -> None:
        super().__init__(md)
        self.glossary = glossary

    def run(self, root: etree.Element) -> None:
        if any(OWN_PAGE in found.get("class", "") or found.get("id") == OFFICIAL_TEXT for found in root.iter()):
            return
        told: set[str] = set()
        for element in prose(root):
            element.text = self.marked(element.text, told)
            for child in element:
                child.tail = self.marked(child.tail, told)

    def marked(self, text: str | None, told: set[str]) -> str | None:
        """The text with each term not told yet replaced by the place of its link."""
        glossary = self.glossary()

        def link(found: re.Match[str]) -> str:
            term = glossary.spellings[found[0].lower()]
            if term.term in told:
                return found[0]
            told.add(term.term)
            html = render("term.html", words=found[0], term=term).strip()
            return self.md.htmlStash.store(html)

        return glossary.pattern.sub(link, text) if text else text


def prose(element: etree.Element) -> Iterator[etree.Element]:
    """Elements whose text is running text, in the order of reading."""
    if element.tag in SKIPPED:
        return
    yield element
    for child in element:
        yield from prose(child)
