"""Roles are named once, and a name is the same however it was typed."""

import unicodedata
from typing import get_args

from processor.domain.access.officer import ROLES, tidy_name
from processor.domain.workflow import Role


def test_the_workflow_knows_the_same_roles() -> None:
    assert set(get_args(Role)) == set(ROLES)


def test_a_name_is_the_same_however_its_marks_and_spaces_were_typed() -> None:
    typed = unicodedata.normalize("NFD", "  Nguyễn   Thị Mẫu ")

    assert tidy_name(typed) == "Nguyễn Thị Mẫu"
