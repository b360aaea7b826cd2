"""Alembic's entry: runs on the connection that `processor.storage.schema` hands over."""

from alembic import context

from processor.storage import desk_tables, exchange_tables, plan_tables
from processor.storage.columns import metadata

# Reading these modules is what fills the metadata.
assert desk_tables and exchange_tables and plan_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
