"""The first tables: conversations, messages, turns, deliveries, call-taker drafts, and cases still to be filed."""

import sqlalchemy as sa
from alembic import op

revision = "a001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversation",
        sa.Column("conversation_id", sa.String(60), primary_key=True),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("replied", sa.Integer, nullable=False),
        sa.Column("lease_token", sa.String(60)),
        sa.Column("lease_until", sa.Float),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("parked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(60), sa.ForeignKey("conversation.conversation_id"), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("media", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn_id", sa.String(60)),
        sa.UniqueConstraint("channel", "message_id", name="message_once"),
        sa.UniqueConstraint("conversation_id", "sequence", name="message_in_order"),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("turn_id", sa.String(60), nullable=False, unique=True),
        sa.Column(
            "conversation_id", sa.String(60), sa.ForeignKey("conversation.conversation_id"), nullable=False, index=True
        ),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("engine", sa.String(20), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.String(60), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(60), sa.ForeignKey("conversation.conversation_id"), nullable=False, index=True
        ),
        sa.Column("turn_id", sa.String(60), sa.ForeignKey("turn.turn_id"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("provider_id", sa.String(60)),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("conversation_id", "sequence", name="delivery_in_order"),
    )
    op.create_table(
        "draft",
        sa.Column("draft_id", sa.String(60), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("case_id", sa.String(60)),
        sa.Column("accepted_with", sa.String(100)),
        sa.Column("edits", sa.JSON),
    )
    op.create_table(
        "draft_feedback",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("draft_id", sa.String(60), sa.ForeignKey("draft.draft_id"), nullable=False, index=True),
        sa.Column("said_by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
    )
    op.create_table(
        "case_to_file",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("conversation_id", sa.String(60), sa.ForeignKey("conversation.conversation_id"), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("case_id", sa.String(60)),
    )
    op.create_index("message_unanswered", "message", ["turn_id", "at"])
