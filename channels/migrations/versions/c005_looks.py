"""Who has a conversation open at the desk now."""

import sqlalchemy as sa
from alembic import op

revision = "c005"
down_revision = "c004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "desk_look",
        sa.Column("conversation_id", sa.String(60), primary_key=True),
        sa.Column("login", sa.String(120), primary_key=True),
        sa.Column("seen", sa.Float, nullable=False),
    )
