"""The tables of accounts: staff, invitations, sessions, and the audit log. Times are seconds since 1970, in UTC."""

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text

metadata = MetaData()

staff = Table(
    "staff",
    metadata,
    Column("login", String(120), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password", String(300)),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Float, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", Float, nullable=False),
)

invitations = Table(
    "staff_invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("login", String(120), nullable=False, index=True),
    Column("expires", Float, nullable=False),
)

sessions = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("login", String(120), nullable=False, index=True),
    Column("began", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("browser", String(120), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("by", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("did", String(60), nullable=False),
    Column("what", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""Append-only: each row holds the hash of the one before it."""
