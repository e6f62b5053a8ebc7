"""Photos sent by text, how much each sender used, and the switches that turn a channel off."""

import sqlalchemy as sa
from alembic import op

revision = "a004"
down_revision = "a003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.add_column("message", sa.Column("limited", sa.String(10)))
    op.create_table(
        "text_photo",
        sa.Column("reference", sa.String(200), primary_key=True),
        sa.Column("conversation_id", sa.String(60), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Float),
        sa.Column("media_id", sa.String(80)),
        sa.Column("error", sa.String(40)),
    )
    op.create_index("text_photo_due", "text_photo", ["due"])
    op.create_table(
        "usage",
        sa.Column("scope", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("window", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_index("usage_until", "usage", ["until"])
    op.create_table(
        "switch",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("off", sa.Boolean, nullable=False),
    )
    op.create_table(
        "switch_change",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("off", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
