"""Alembic's entry: runs on the connection that `processor.storage.schema` hands over."""

from alembic import context

from processor.storage.desk_tables import roots

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=roots.metadata,
    render_as_batch=True,
)
context.run_migrations()
