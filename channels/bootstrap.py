"""Builds the web application around an assistant; the one place where the channels read settings."""

import secrets
from pathlib import Path

from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.settings import Settings
from channels.app import build_app
from channels.media import Media


def build_web(settings: Settings, assistant: Assistant, *, desk_key: str | None = None) -> FastAPI:
    """The web application for these settings."""
    return build_app(
        assistant,
        desk_key=desk_key or desk_key_of(settings),
        media=Media(settings.data_dir / "media"),
        secure_cookies=(settings.public_url or "").startswith("https://"),
        wait_seconds=settings.wait_seconds,
    )


def desk_key_of(settings: Settings) -> str:
    """The desk's access key: the one that was set, or one made once and kept, readable by its owner only."""
    if settings.desk_key:
        return settings.desk_key
    path: Path = settings.data_dir / "desk.key"
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(24)
    path.touch(mode=0o600)
    path.write_text(key, encoding="utf-8")
    return key
