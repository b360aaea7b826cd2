"""Alembic's entry: runs on the connection that `processor.storage.schema` hands over."""

from alembic import context

from processor.storage.tables import desk as desk_tables
from processor.storage.tables import exchange as exchange_tables
from processor.storage.tables import plan as plan_tables
from processor.storage.tables import privacy as privacy_tables
from processor.storage.tables.columns import metadata

# Reading these modules is what fills the metadata.
assert desk_tables and exchange_tables and plan_tables and privacy_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
