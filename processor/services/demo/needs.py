"""Invented pre-registrations, varied; each a function of the seed and its number alone, so that totals are known."""

import random
from collections.abc import Sequence

from stdnum.vn import mst

from processor.domain.catalogue import Catalogue
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.examples import example_fields
from processor.domain.forms.submission import Typed
from processor.domain.vietnamese import grouped
from processor.services.parts import Wired

ORGANISATIONS = 40
"""How many invent their needs: some twice, and then the newest counts."""
PLACES = ("Bình An", "Tân Mai", "Phúc Hòa", "Yên Lạc", "Đông Sơn", "Nam Thái", "Trung Chính", "Hương Lâm")
GOODS = ("Vải sấy", "Gạo thơm", "Mỳ gạo", "Rượu nếp", "Gốm sứ", "Nấm khô", "Bánh đa", "Tinh dầu")
KINDS = (("enterprise", "Công ty"), ("cooperative", "Hợp tác xã"), ("cooperative_union", "Liên hiệp hợp tác xã"))
WORK = "Áp dụng cho xưởng của đơn vị (dữ liệu ví dụ)"


def invented_needs(wired: Wired, form: FormDefinition, seed: int, number: int, year: int) -> Typed:
    """As they would be posted. Three in four are for the year after `year`, the others for it."""
    chance = random.Random(f"{seed} needs {number}")
    told = {
        name: value if isinstance(value, list) else [value]
        for name, value in example_fields(form, wired.today()).items()
        if not name.startswith("needs.")
    }
    told |= organisation(wired.catalogue, seed, chance.randrange(ORGANISATIONS))
    told["need_year"] = [str(year + (chance.random() < 0.75))]
    for place in range(chance.choice((1, 1, 1, 2, 3))):
        told |= a_need(wired.catalogue, place, chance)
    return told


def organisation(catalogue: Catalogue, seed: int, number: int) -> dict[str, list[str]]:
    """The same for the same seed and number; about one cooperative in four has no tax code yet."""
    chance = random.Random(f"{seed} organisation {number}")
    kind, called = chance.choices(KINDS, (5, 5, 1))[0]
    group = catalogue.communes.groups[chance.random() < 0.4]
    without_code = kind == "cooperative" and chance.random() < 0.25
    return {
        "organisation_name": [f"{called} {chance.choice(GOODS)} {chance.choice(PLACES)} {number + 1} (ví dụ)"],
        "organisation_kind": [kind],
        "tax_code": ["" if without_code else invented_tax_code(number)],
        "registration_no": [f"VD-{number:05}" if without_code else ""],
        "commune_code": [chance.choice(sorted(group.communes))],
    }


def invented_tax_code(number: int) -> str:
    """No province has the number 99, so that nobody bears it."""
    serials = (f"99{number * 8 + more:07}" for more in range(1, 9))
    codes = (digits + mst.calc_check_digit(digits) for digits in serials)
    return next(code for code in codes if len(code) == 10 and mst.is_valid(code))


def a_need(catalogue: Catalogue, place: int, chance: random.Random) -> dict[str, list[str]]:
    support_type = chance.choice(list(catalogue.support_types))
    named = {
        "support_type": support_type,
        "standard": chance.choice(["", *standards(catalogue, support_type)]),
        "description": WORK,
        "expected_cost": grouped(chance.randrange(20, 200) * 1_000_000),
    }
    return {f"needs.{place}.{name}": [value] for name, value in named.items()}


def standards(catalogue: Catalogue, support_type: str) -> Sequence[str]:
    levels = catalogue.support_types[support_type].levels
    return [one.value for level in levels for one in catalogue.facts[level.standards].options_ever()]
