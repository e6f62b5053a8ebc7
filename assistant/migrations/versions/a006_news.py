"""Who wants news of which case, what there is to tell, and how far the case system was read."""

import sqlalchemy as sa
from alembic import op

revision = "a006"
down_revision = "a005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "news_wish",
        sa.Column("case_id", sa.String(60), primary_key=True),
        sa.Column("address", sa.String(60), primary_key=True),
        sa.Column("our_number", sa.String(60), primary_key=True),
        sa.Column("conversation_id", sa.String(60), nullable=False, index=True),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn_id", sa.String(60), nullable=False),
        sa.Column("stopped", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "news_item",
        sa.Column("key", sa.String(240), primary_key=True),
        sa.Column("case_id", sa.String(60), nullable=False, index=True),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("our_number", sa.String(60), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("turn_id", sa.String(60)),
    )
    op.create_index("news_item_due", "news_item", ["status", "due"])
    op.create_table(
        "crm_mark",
        sa.Column("source", sa.String(40), primary_key=True),
        sa.Column("mark", sa.String(200), nullable=False),
    )
