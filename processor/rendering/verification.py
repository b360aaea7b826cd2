"""“Xác minh biên nhận”: the tool of the site's page, and the same as one file that asks nothing of any network."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from markupsafe import Markup

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.domain.receipt_texts import SLOTS, Outcomes, Remarks
from processor.domain.vietnamese import day
from processor.rendering.templating import ENVIRONMENT, render

KEYS = "/.well-known/hotro-keys.json"
SCRIPT = "xac-minh.js"
READER = "vendor/qr-0.7.0.min.js"
IN_MESSAGES = {"altered": "receipt_altered", "unreadable": "receipt_unreadable"}
# What a result looks like; the words say the same.
LOOKS = {"file": "good", "data": "good", "seal": "good", "altered": "bad", "altered_file": "bad", "closed_key": "bad"}


def verification_html(catalogue: Catalogue) -> Markup:
    """The block of the static page. Script fetches the keys, and the reader of QR codes when it is needed."""
    links = {"data-keys-at": KEYS, "data-reader-at": f"/assets/{READER}"}
    return render("verification_page.html", tool=tool_html(catalogue, links), script=f"/assets/{SCRIPT}")


def tool_html(catalogue: Catalogue, links: Mapping[str, str]) -> Markup:
    standing = {name: f"{{{name}}}" for name in SLOTS}
    outcomes = [
        (name, LOOKS.get(name, "open"), catalogue.receipt.outcome(name).title, outcome_words(catalogue, name, standing))
        for name in Outcomes.model_fields
    ]
    said = catalogue.receipt.remarks
    remarks = {name: catalogue.wording(getattr(said, name), **standing) for name in Remarks.model_fields}
    return render(
        "verification.html",
        links=links,
        outcomes=outcomes,
        remarks=remarks,
        forms=json.dumps({form.id: titles(form) for form in catalogue.forms.values()}, ensure_ascii=False),
    )


def outcome_words(catalogue: Catalogue, name: str, standing: Mapping[str, str]) -> str:
    """With braces left for what only the script knows."""
    if name in IN_MESSAGES:
        return catalogue.messages.say(IN_MESSAGES[name], **standing)
    return catalogue.wording(catalogue.receipt.outcome(name).text, **standing)


def titles(form: FormDefinition) -> dict[str, object]:
    """Of the form and its papers: a receipt names them by their ids."""
    return {"title": form.title, "items": {item.id: item.title for item in form.items}}


def verification_file(catalogue: Catalogue, keys: Mapping[str, object], assets: Path, today: date) -> str:
    """Script, reader and keys inside; its own policy forbids every request."""
    script = (assets / SCRIPT).read_text(encoding="utf-8")
    reader = (assets / READER).read_text(encoding="utf-8")
    style = Markup(ENVIRONMENT.get_template("verification_file.css").render())
    html = render(
        "verification_file.html",
        policy=policy_of([script, reader], style),
        tool=tool_html(catalogue, {"data-keys": json.dumps(keys)}),
        style=style,
        script=inlined(script),
        reader=inlined(reader),
        made_on=day(today),
        agency=catalogue.agency,
    )
    return str(html)


def inlined(script: str) -> Markup:
    """Raises ValueError when the script would end its own element."""
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("the script cannot stand inside a page")
    return Markup(script)


def policy_of(scripts: list[str], style: str) -> str:
    return (
        f"default-src 'none'; script-src {' '.join(map(hash_of, scripts))}; style-src {hash_of(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
