"""Invented answers and papers of one submission."""

import io
import random

import pikepdf

from processor.domain.files import FILE_TYPES, SoundFile
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields
from processor.domain.forms.submission import Typed
from processor.domain.vietnamese import grouped
from processor.services.demo.needs import ORGANISATIONS, invented_tax_code
from processor.services.intake.uploads import ReceivedFile
from processor.services.parts import Wired

CROPS = ("Vải thiều", "Gà đồi", "Mỳ Chũ", "Rau sạch", "Cam Canh", "Mật ong", "Chè xanh", "Nấm sạch")
WORDS = ("An Phú", "Bình Minh", "Đồng Tiến", "Hòa Phát Triển", "Thành Đạt", "Xuân Mới", "Tân Hưng", "Phú Thịnh")
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
GIVEN = ("Văn Ví Dụ", "Thị Ví Dụ", "Minh Họa", "Thị Minh Họa")


def invented_answers(form: FormDefinition, wired: Wired, chance: random.Random) -> Typed:
    """The form's own example, varied where that keeps it valid."""
    typed = {
        name: value if isinstance(value, list) else [value]
        for name, value in example_fields(form, wired.today()).items()
    }
    cooperative = chance.random() < 0.6
    name = f"{'Hợp tác xã' if cooperative else 'Công ty'} {chance.choice(CROPS)} {chance.choice(WORDS)} (ví dụ)"
    cost = chance.randrange(20, 150) * 1_000_000
    varied = {
        "organisation_name": name,
        "tax_code": invented_tax_code(chance.randrange(ORGANISATIONS, 4 * ORGANISATIONS)),
        "organisation_kind": "cooperative" if cooperative else "enterprise",
        "commune_code": chance.choice(list(wired.catalogue.communes.names)),
        "representative_name": f"{chance.choice(SURNAMES)} {chance.choice(GIVEN)}",
        "costs.0.amount": grouped(cost),
        "requested_amount": grouped(min(cost // 2, 50_000_000)),
    }
    return {name: [varied[name]] if name in varied else values for name, values in typed.items()}


def invented_file(wired: Wired, item_id: str, chance: random.Random) -> ReceivedFile:
    incoming = wired.store.receive()
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = f"Ví dụ {item_id} {chance.random()}"
    made = io.BytesIO()
    document.save(made, deterministic_id=True)
    incoming.write(made.getvalue(), wired.limits.file_bytes)
    return ReceivedFile(item_id, f"{item_id}-vi-du.pdf", incoming, SoundFile(FILE_TYPES["pdf"]))
