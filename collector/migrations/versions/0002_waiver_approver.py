"""Who approved a waiver, in words; earlier waivers have none and are told by who recorded them."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waivers", sa.Column("approver_sealed", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("waivers", "approver_sealed")
