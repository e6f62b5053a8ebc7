"""Open311's tables: keys of clients that file with us, what they posted, and what we filed elsewhere."""

from sqlalchemy import JSON, Column, DateTime, String, Table

from tools.crm_tables import metadata

client_keys = Table(
    "open311_key",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("client", String(60), nullable=False),
    Column("made", DateTime(timezone=True), nullable=False),
    Column("revoked", DateTime(timezone=True)),
)

posts = Table(
    "open311_post",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("fingerprint", String(64), nullable=False, index=True),
    Column("client", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("case_id", String(60)),
    Column("record", JSON),
)
"""A confirmed case that a client posted. The record, which names the reporter, is emptied once it is filed."""

filed = Table(
    "open311_filed",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("endpoint", String(300), nullable=False),
    Column("mark", String(20), nullable=False),
    Column("sent", DateTime(timezone=True), nullable=False),
    Column("token", String(200)),
    Column("case_id", String(200)),
)
"""What we sent to a city's endpoint under a key of ours, before it answered and after."""
