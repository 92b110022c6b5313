"""Alembic's entry: runs the steps on the connection that `collector.ledger` hands over."""
from __future__ import annotations

from alembic import context

from collector.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True,
                  transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
