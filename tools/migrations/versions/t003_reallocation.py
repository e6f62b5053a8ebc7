"""Cases that departments sent back, and what was decided about them."""

import sqlalchemy as sa
from alembic import op

revision = "t003"
down_revision = "t002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("crm_case", sa.Column("returned", sa.DateTime(timezone=True)))
    op.create_index("ix_crm_case_returned", "crm_case", ["returned"])
    op.create_table(
        "routing_feedback",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("case_id", sa.String(60), nullable=False),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("from_department", sa.String(20), nullable=False),
        sa.Column("from_team", sa.String(120), nullable=False, index=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("suggested_team", sa.String(120)),
        sa.Column("suggested_by", sa.String(20)),
        sa.Column("to_department", sa.String(20), nullable=False),
        sa.Column("to_team", sa.String(120), nullable=False),
        sa.Column("to_service", sa.String(60)),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
