"""The tables of staff: accounts, invitations, sessions, the audit log, and what became of suggestions at the desk.

Times are seconds since 1970, in UTC.
"""

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, Text, UniqueConstraint

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

subjects = Table(
    "staff_subject",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("login", String(120), nullable=False),
    Column("linked", Float, nullable=False),
    UniqueConstraint("issuer", "login"),
)
"""Whose account a person of an identity provider has: by the provider's own name for them, which never changes."""

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

desk_filings = Table(
    "desk_filing",
    metadata,
    Column("draft_id", String(60), primary_key=True),
    Column("login", String(120), nullable=False),
    Column("case_id", String(60), nullable=False),
    Column("filed", Float, nullable=False),
    Column("seconds", Float),
    Column("assisted", Boolean, nullable=False),
    Column("undone", Boolean, nullable=False),
)

desk_choices = Table(
    "desk_choice",
    metadata,
    Column("draft_id", String(60), primary_key=True),
    Column("field", String(100), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("at", Float, nullable=False),
)

desk_claims = Table(
    "desk_claim",
    metadata,
    Column("conversation_id", String(60), primary_key=True),
    Column("login", String(120), nullable=False),
    Column("seen", Float, nullable=False),
)

desk_looks = Table(
    "desk_look",
    metadata,
    Column("conversation_id", String(60), primary_key=True),
    Column("login", String(120), primary_key=True),
    Column("seen", Float, nullable=False),
)
"""Who has a conversation open on a page now; a row that is not renewed counts for nothing."""

desk_notes = Table(
    "desk_note",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(60), nullable=False, index=True),
    Column("login", String(120), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", Text, nullable=False),
)
