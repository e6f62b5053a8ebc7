"""What text messages need: whose a conversation is, how far each text got, who wants none, how fast we may send."""

import sqlalchemy as sa
from alembic import op

revision = "a002"
down_revision = "a001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables."""
    op.add_column("conversation", sa.Column("address", sa.String(60)))
    op.add_column("conversation", sa.Column("our_number", sa.String(60)))
    op.add_column("conversation", sa.Column("parked_turn", sa.String(60)))
    op.add_column("conversation", sa.Column("open_work", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("conversation_left", "conversation", ["open_work", "updated"])
    op.create_index("conversation_updated", "conversation", ["updated"])
    op.create_index("conversation_contact", "conversation", ["channel", "address", "our_number"], unique=True)
    op.add_column("message", sa.Column("carrier", sa.String(10)))
    op.add_column("delivery", sa.Column("address", sa.String(60)))
    op.add_column("delivery", sa.Column("our_number", sa.String(60)))
    op.add_column("delivery", sa.Column("last_word", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("delivery", sa.Column("segments", sa.Integer))
    op.add_column("delivery", sa.Column("due", sa.Float))
    op.create_index("delivery_due", "delivery", ["status", "due"])
    op.create_index("delivery_address", "delivery", ["address", "our_number", "status"])
    op.create_table(
        "opt_out",
        sa.Column("address", sa.String(60), primary_key=True),
        sa.Column("our_number", sa.String(60), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
    )
    op.create_table(
        "sending_pace",
        sa.Column("our_number", sa.String(60), primary_key=True),
        sa.Column("tokens", sa.Float, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
