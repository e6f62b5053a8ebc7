"""The table of what was decided about cases that departments sent back."""

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Table, Text

from tools.crm_tables import metadata

decisions = Table(
    "routing_feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("case_id", String(60), nullable=False),
    Column("service", String(60), nullable=False),
    Column("area", String(20), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("from_department", String(20), nullable=False),
    Column("from_team", String(120), nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("suggested_team", String(120)),
    Column("suggested_by", String(20)),
    Column("to_department", String(20), nullable=False),
    Column("to_team", String(120), nullable=False),
    Column("to_service", String(60)),
    Column("accepted", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)
"""One row a reassignment of a case that was sent back: from, to, time and reason, and whether it was as suggested."""
