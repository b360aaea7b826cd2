"""Every version of a form that was ever loaded can be shown again. On both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from processor.domain.catalogue import Catalogue
from processor.domain.errors import NotFound
from processor.storage.dossiers.definitions import Definitions
from processor.storage.engine import Engine, reading
from processor.storage.tables.core import definitions
from tests.factories import NOW, a_form_like


def test_an_old_version_is_read_back_as_it_was(engine: Engine, catalogue: Catalogue) -> None:
    form = catalogue.form("ho-so-tieu-chuan")
    newer = a_form_like(form, title="Tên mới")
    Definitions(engine).register([form, newer], NOW)

    restarted = Definitions(engine)

    assert form.version != newer.version
    assert restarted.get(form.id, form.version) == form
    assert restarted.get(form.id, newer.version).title == "Tên mới"


def test_several_processes_register_at_once(engine: Engine, catalogue: Catalogue) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Definitions(engine).register(catalogue.forms.values(), NOW), range(4)))

    with reading(engine) as connection:
        stored = connection.execute(select(func.count()).select_from(definitions)).scalar_one()
    assert stored == len(catalogue.forms)


def test_a_version_that_was_never_here_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        Definitions(engine).get("ho-so-tieu-chuan", "f" * 16)
