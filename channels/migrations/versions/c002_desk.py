"""What became of each suggestion at the desk: cases filed and undone, and every field accepted, edited or rejected."""

import sqlalchemy as sa
from alembic import op

revision = "c002"
down_revision = "c001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "desk_filing",
        sa.Column("draft_id", sa.String(60), primary_key=True),
        sa.Column("login", sa.String(120), nullable=False),
        sa.Column("case_id", sa.String(60), nullable=False),
        sa.Column("filed", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("assisted", sa.Boolean, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
    )
    op.create_table(
        "desk_choice",
        sa.Column("draft_id", sa.String(60), primary_key=True),
        sa.Column("field", sa.String(100), primary_key=True),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
