"""Up to which message the turn under way reads, so that the next try of a dead worker's turn reads the same."""

import sqlalchemy as sa
from alembic import op

revision = "a007"
down_revision = "a006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("conversation", sa.Column("reads_to", sa.Integer))
