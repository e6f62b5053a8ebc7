"""Booked pick-ups."""

import sqlalchemy as sa
from alembic import op

revision = "t004"
down_revision = "t003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "crm_pickup",
        sa.Column("service", sa.String(60), primary_key=True),
        sa.Column("area", sa.String(20), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", sa.String(60), sa.ForeignKey("crm_case.case_id"), nullable=False),
    )
    op.create_index("crm_pickup_case", "crm_pickup", ["case_id"])
