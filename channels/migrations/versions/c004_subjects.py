"""Which account a person of the City's identity provider has."""

import sqlalchemy as sa
from alembic import op

revision = "c004"
down_revision = "c003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "staff_subject",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("login", sa.String(120), nullable=False),
        sa.Column("linked", sa.Float, nullable=False),
        sa.UniqueConstraint("issuer", "login"),
    )
