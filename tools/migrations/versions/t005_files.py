"""Files of cases."""

import sqlalchemy as sa
from alembic import op

revision = "t005"
down_revision = "t004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "crm_case_file",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("case_id", sa.String(60), sa.ForeignKey("crm_case.case_id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("crm_case_file_case", "crm_case_file", ["case_id"])
