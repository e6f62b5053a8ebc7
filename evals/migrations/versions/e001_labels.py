"""What reviewers judged, and which live conversations were drawn for them."""

import sqlalchemy as sa
from alembic import op

revision = "e001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "label",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("item", sa.String(200), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("question", sa.String(20), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("reviewer", sa.String(120), nullable=False),
        sa.Column("resolves", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("label_item", "label", ["item", "turn", "question"])
    op.create_index("label_reviewer", "label", ["reviewer", "item"])
    op.create_table(
        "sampled_conversation",
        sa.Column("conversation_id", sa.String(60), primary_key=True),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("chance", sa.Float, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sampled_at", "sampled_conversation", ["at"])
