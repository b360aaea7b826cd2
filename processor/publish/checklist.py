"""Task lists with real labels: `- [ ] text` becomes an enabled box inside its label."""

import re
import xml.etree.ElementTree as etree

from markdown.treeprocessors import Treeprocessor

TASK = re.compile(r"^\s*\[([ xX])\]\s+")


class ChecklistProcessor(Treeprocessor):
    """Runs before inline Markdown, on the text of list items."""

    def run(self, root: etree.Element) -> None:
        count = 0
        for listing in root.iter("ul"):
            for item in listing.findall("li"):
                holder = item.find("p") if not (item.text or "").strip() and item.find("p") is not None else item
                if holder is not None and (found := TASK.match(holder.text or "")):
                    count += 1
                    listing.set("class", "task-list")
                    item.set("class", "task-list-item")
                    turn(holder, found, count)


def turn(holder: etree.Element, found: re.Match[str], number: int) -> None:
    """The text goes into the label; inline Markdown is not read yet, so what else is there stays beside it."""
    label = etree.Element("label", {"class": "task-list-control"})
    box = etree.SubElement(label, "input", {"type": "checkbox", "id": f"tick-{number}"})
    if found[1] != " ":
        box.set("checked", "checked")
    box.tail = " " + (holder.text or "")[found.end() :]
    holder.text = None
    holder.insert(0, label)
