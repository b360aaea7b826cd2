"""Every version of a definition that was ever loaded, so that an old dossier is shown as it was asked."""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from processor.domain.errors import NotFound
from processor.domain.forms.definition import FormDefinition
from processor.storage.engine import Connection, Engine, reading, writing
from processor.storage.tables.core import definitions


class Definitions:
    """The registered versions; each is read and checked once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.loaded: dict[tuple[str, str], FormDefinition] = {}

    def register(self, forms: Iterable[FormDefinition], now: datetime) -> None:
        """Safe to repeat and to run in several processes at once."""
        for form in forms:
            self.loaded[form.id, form.version] = form
            if not self.known(form.id, form.version):
                self._insert(form, now)

    def known(self, form_id: str, version: str) -> bool:
        with reading(self.engine) as connection:
            return document_of(connection, form_id, version) is not None

    def get(self, form_id: str, version: str, connection: Connection | None = None) -> FormDefinition:
        """Whoever holds a connection gives it along: nobody takes two. Raises NotFound: this version was never here."""
        if (form_id, version) not in self.loaded:
            with reading(self.engine) if connection is None else nullcontext(connection) as asked:
                document = document_of(asked, form_id, version)
            if document is None:
                raise NotFound("form_unknown", form_id=form_id[:60])
            self.loaded[form_id, version] = FormDefinition.model_validate_json(document)
        return self.loaded[form_id, version]

    def registered_at(self, form_id: str, version: str) -> datetime:
        """When this version was first loaded here. Raises NotFound."""
        wanted = (definitions.c.form_id == form_id) & (definitions.c.version == version)
        with reading(self.engine) as connection:
            found: datetime | None = connection.execute(select(definitions.c.registered_at).where(wanted)).scalar()
        if found is None:
            raise NotFound("form_unknown", form_id=form_id[:60])
        return found

    def _insert(self, form: FormDefinition, now: datetime) -> None:
        row = {"form_id": form.id, "version": form.version, "document": form.document, "registered_at": now}
        try:
            with writing(self.engine) as connection:
                connection.execute(insert(definitions), row)
        except IntegrityError:
            return  # another process registered it meanwhile


def document_of(connection: Connection, form_id: str, version: str) -> str | None:
    wanted = (definitions.c.form_id == form_id) & (definitions.c.version == version)
    return connection.execute(select(definitions.c.document).where(wanted)).scalar()
