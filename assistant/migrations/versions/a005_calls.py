"""Calls by telephone, and what was answered at each step of one."""

import sqlalchemy as sa
from alembic import op

revision = "a005"
down_revision = "a004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "call",
        sa.Column("call_id", sa.String(60), primary_key=True),
        sa.Column("caller", sa.String(60), nullable=False),
        sa.Column("our_number", sa.String(60), nullable=False),
        sa.Column("proven", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.String(60), index=True),
        sa.Column("language", sa.String(10)),
        sa.Column("silences", sa.Integer, nullable=False),
        sa.Column("heard", sa.Text),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("seconds", sa.Integer),
    )
    op.create_index("call_of_caller", "call", ["caller", "our_number", "at"])
    op.create_table(
        "call_answer",
        sa.Column("call_id", sa.String(60), sa.ForeignKey("call.call_id"), primary_key=True),
        sa.Column("step", sa.String(20), primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
    )
