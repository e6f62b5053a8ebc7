"""Who answers a conversation from the desk, and notes among staff."""

import sqlalchemy as sa
from alembic import op

revision = "c003"
down_revision = "c002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "desk_claim",
        sa.Column("conversation_id", sa.String(60), primary_key=True),
        sa.Column("login", sa.String(120), nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_table(
        "desk_note",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(60), nullable=False, index=True),
        sa.Column("login", sa.String(120), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
