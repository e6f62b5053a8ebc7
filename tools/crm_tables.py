"""The local CRM's tables."""

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

cases = Table(
    "crm_case",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(60), nullable=False, unique=True),
    Column("service", String(60), nullable=False),
    Column("status", String(20), nullable=False),
    Column("closure_reason", Text),
    Column("opened", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
    Column("closed", DateTime(timezone=True)),
    Column("description", Text, nullable=False),
    Column("language", String(10), nullable=False),
    Column("location", JSON),
    Column("lat", Float),
    Column("long", Float),
    Column("attributes", JSON, nullable=False),
    Column("route", JSON),
    Column("reports", Integer, nullable=False),
    Column("returned", DateTime(timezone=True), index=True),
    Index("crm_case_near", "service", "status", "lat", "long"),
)

events = Table(
    "crm_case_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(60), ForeignKey("crm_case.case_id"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("change", String(20), nullable=False),
    Column("detail", JSON, nullable=False),
)

reports = Table(
    "crm_case_report",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(60), ForeignKey("crm_case.case_id"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("words", Text, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("name", Text),
    Column("phone", String(20), index=True),
    Column("email", Text),
)

files = Table(
    "crm_case_file",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("case_id", String(60), ForeignKey("crm_case.case_id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("crm_case_file_case", "case_id"),
)

keys = Table(
    "crm_idempotency_key",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("action", String(20), nullable=False),
    Column("case_id", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
