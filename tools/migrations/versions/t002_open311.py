"""Open311: clients' keys, what they posted, and what we filed elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "t002"
down_revision = "t001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "open311_key",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(60), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "open311_post",
        sa.Column("token", sa.String(40), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
        sa.Column("client", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.String(60)),
        sa.Column("record", sa.JSON),
    )
    op.create_table(
        "open311_filed",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("endpoint", sa.String(300), nullable=False),
        sa.Column("mark", sa.String(20), nullable=False),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(200)),
        sa.Column("case_id", sa.String(200)),
    )
