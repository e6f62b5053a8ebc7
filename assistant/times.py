"""Moments as the database gives them back."""

from datetime import UTC, datetime


def aware(at: datetime) -> datetime:
    """SQLite forgets the zone; everything stored is UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
