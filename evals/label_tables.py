"""The tables of reviewing: labels, of which none is ever changed or removed, and live conversations that were drawn."""

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

labels = Table(
    "label",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("item", String(200), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("question", String(20), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("comment", Text, nullable=False),
    Column("reviewer", String(120), nullable=False),
    Column("resolves", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("label_item", "item", "turn", "question"),
    Index("label_reviewer", "reviewer", "item"),
)

sampled = Table(
    "sampled_conversation",
    metadata,
    Column("conversation_id", String(60), primary_key=True),
    Column("reasons", JSON, nullable=False),
    Column("chance", Float, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("sampled_at", "at"),
)
