"""The first tables: cases, their history, their reports, and idempotency keys."""

import sqlalchemy as sa
from alembic import op

revision = "t001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "crm_case",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String(60), nullable=False, unique=True),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("closure_reason", sa.Text),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True)),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("location", sa.JSON),
        sa.Column("lat", sa.Float),
        sa.Column("long", sa.Float),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("route", sa.JSON),
        sa.Column("reports", sa.Integer, nullable=False),
    )
    op.create_index("crm_case_near", "crm_case", ["service", "status", "lat", "long"])
    case_id = "crm_case.case_id"
    op.create_table(
        "crm_case_event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String(60), sa.ForeignKey(case_id), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", sa.String(20), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_table(
        "crm_case_report",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String(60), sa.ForeignKey(case_id), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("phone", sa.String(20), index=True),
        sa.Column("email", sa.Text),
    )
    op.create_table(
        "crm_idempotency_key",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("case_id", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
