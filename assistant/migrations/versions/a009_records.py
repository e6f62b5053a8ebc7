"""Legal holds, and lists of what is to be erased with their certificates."""

import sqlalchemy as sa
from alembic import op

revision = "a009"
down_revision = "a008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "records_hold",
        sa.Column("hold_id", sa.String(20), primary_key=True),
        sa.Column("phone", sa.String(60), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "records_disposal",
        sa.Column("disposal_id", sa.String(20), primary_key=True),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversations", sa.JSON, nullable=False),
        sa.Column("certificate", sa.JSON),
    )
