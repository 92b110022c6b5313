"""Alembic's scripts for the ledger; run by `collector.ledger` when it opens, or by hand with `alembic`."""
