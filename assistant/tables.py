"""The assistant's tables: the record of every conversation, and the inbox and outbox that make it durable."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData()

conversations = Table(
    "conversation",
    metadata,
    Column("conversation_id", String(60), primary_key=True),
    Column("channel", String(10), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("state", JSON, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
    Column("received", Integer, nullable=False),
    Column("replied", Integer, nullable=False),
    Column("lease_token", String(60)),
    Column("lease_until", Float),
    Column("failures", Integer, nullable=False),
    Column("reads_to", Integer),
    Column("parked", Boolean, nullable=False),
    Column("address", String(60)),
    Column("our_number", String(60)),
    Column("parked_turn", String(60)),
    Column("open_work", Boolean, nullable=False, server_default=false()),
    Index("conversation_contact", "channel", "address", "our_number", unique=True),
    Index("conversation_left", "open_work", "updated"),
    Index("conversation_updated", "updated"),
)

messages = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(60), ForeignKey("conversation.conversation_id"), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("media", JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("turn_id", String(60)),
    Column("carrier", String(10)),
    Column("limited", String(10)),
    UniqueConstraint("channel", "message_id", name="message_once"),
    UniqueConstraint("conversation_id", "sequence", name="message_in_order"),
    Index("message_unanswered", "turn_id", "at"),
)

turns = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("turn_id", String(60), nullable=False, unique=True),
    Column("conversation_id", String(60), ForeignKey("conversation.conversation_id"), nullable=False, index=True),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("engine", String(20), nullable=False),
    Column("record", JSON, nullable=False),
)

deliveries = Table(
    "delivery",
    metadata,
    Column("delivery_id", String(60), primary_key=True),
    Column("conversation_id", String(60), ForeignKey("conversation.conversation_id"), nullable=False, index=True),
    Column("turn_id", String(60), ForeignKey("turn.turn_id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(10), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("provider_id", String(60)),
    Column("error", Text),
    Column("address", String(60)),
    Column("our_number", String(60)),
    Column("last_word", Boolean, nullable=False, server_default=false()),
    Column("segments", Integer),
    Column("due", Float),
    UniqueConstraint("conversation_id", "sequence", name="delivery_in_order"),
    Index("delivery_due", "status", "due"),
    Index("delivery_address", "address", "our_number", "status"),
)

opt_outs = Table(
    "opt_out",
    metadata,
    Column("address", String(60), primary_key=True),
    Column("our_number", String(60), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("why", String(20), nullable=False),
)

paces = Table(
    "sending_pace",
    metadata,
    Column("our_number", String(60), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Float, nullable=False),
)

drafts = Table(
    "draft",
    metadata,
    Column("draft_id", String(60), primary_key=True),
    Column("text", Text, nullable=False),
    Column("source", String(20), nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("record", JSON, nullable=False),
    Column("case_id", String(60)),
    Column("accepted_with", String(100)),
    Column("edits", JSON),
)

draft_feedback = Table(
    "draft_feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("draft_id", String(60), ForeignKey("draft.draft_id"), nullable=False, index=True),
    Column("said_by", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("record", JSON, nullable=False),
)

to_file = Table(
    "case_to_file",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("conversation_id", String(60), ForeignKey("conversation.conversation_id"), nullable=False),
    Column("record", JSON, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("case_id", String(60)),
)

model_spending = Table(
    "model_spending",
    metadata,
    Column("account", String(80), primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False),
    Column("refused", BigInteger, nullable=False),
)

text_photos = Table(
    "text_photo",
    metadata,
    Column("reference", String(200), primary_key=True),
    Column("conversation_id", String(60), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("due", Float),
    Column("media_id", String(80)),
    Column("error", String(40)),
    Index("text_photo_due", "due"),
)

usage = Table(
    "usage",
    metadata,
    Column("scope", String(20), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("window", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", Float, nullable=False),
    Index("usage_until", "until"),
)

switches = Table(
    "switch",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("off", Boolean, nullable=False),
)

switch_changes = Table(
    "switch_change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(40), nullable=False),
    Column("off", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

surges = Table(
    "surge",
    metadata,
    Column("surge_id", String(20), primary_key=True),
    Column("topic", String(80), nullable=False),
    Column("area", String(80), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("by", String(120), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("ended", Boolean, nullable=False),
)

holds = Table(
    "records_hold",
    metadata,
    Column("hold_id", String(20), primary_key=True),
    Column("phone", String(60), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(120), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

disposals = Table(
    "records_disposal",
    metadata,
    Column("disposal_id", String(20), primary_key=True),
    Column("by", String(120), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("conversations", JSON, nullable=False),
    Column("certificate", JSON(none_as_null=True)),
)

calls = Table(
    "call",
    metadata,
    Column("call_id", String(60), primary_key=True),
    Column("caller", String(60), nullable=False),
    Column("our_number", String(60), nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("conversation_id", String(60), index=True),
    Column("language", String(10)),
    Column("silences", Integer, nullable=False),
    Column("heard", Text),
    Column("status", String(20), nullable=False),
    Column("seconds", Integer),
    Index("call_of_caller", "caller", "our_number", "at"),
)

call_answers = Table(
    "call_answer",
    metadata,
    Column("call_id", String(60), ForeignKey("call.call_id"), primary_key=True),
    Column("step", String(20), primary_key=True),
    Column("answer", Text, nullable=False),
)

news_wishes = Table(
    "news_wish",
    metadata,
    Column("case_id", String(60), primary_key=True),
    Column("address", String(60), primary_key=True),
    Column("our_number", String(60), primary_key=True),
    Column("conversation_id", String(60), nullable=False, index=True),
    Column("language", String(10), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("turn_id", String(60), nullable=False),
    Column("stopped", DateTime(timezone=True)),
)

news_items = Table(
    "news_item",
    metadata,
    Column("key", String(240), primary_key=True),
    Column("case_id", String(60), nullable=False, index=True),
    Column("address", String(60), nullable=False),
    Column("our_number", String(60), nullable=False),
    Column("language", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("due", Float, nullable=False),
    Column("status", String(20), nullable=False),
    Column("turn_id", String(60)),
    Index("news_item_due", "status", "due"),
)

crm_marks = Table(
    "crm_mark",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("mark", String(200), nullable=False),
)
