"""Adds a server's vectors to the search if the settings name a model for them; without it the search stays as it is."""

import logging
from collections.abc import Sequence
from importlib import import_module

from assistant.breaker import Breaker
from assistant.model_servers import model_servers
from assistant.placeholders import Masker
from assistant.privacy import load_personal_data
from assistant.settings import Settings
from knowledge.article import Article, Library
from knowledge.vectors import Encoder, Progress

log = logging.getLogger(__name__)


def with_far_vectors(
    settings: Settings,
    own: Library,
    articles: Sequence[Article],
    encoder: Encoder,
    *,
    progress: Progress | None = None,
) -> Library:
    """The library with a server's vectors; `own` with one sentence in the log if they cannot be had now."""
    if not settings.openai_embedding_model:
        return own
    vectors, library = import_module("knowledge.openai_vectors"), import_module("knowledge.far_library")
    masker = Masker(load_personal_data(), settings.may_leave)
    key = settings.openai_api_key
    server = vectors.EmbeddingServer(
        base_url=settings.openai_embedding_base_url
        or settings.openai_base_url
        or model_servers()[settings.openai_server].base_url,
        model=settings.openai_embedding_model,
        api_key=key.get_secret_value() if key else vectors.NO_KEY,
        dimensions=settings.openai_embedding_dimensions,
        mask=lambda text: masker.mask(text).text,
    )
    try:
        opened: Library = library.open_far_library(
            server, own, articles, settings.data_dir, encoder, switch=Breaker(), progress=progress
        )
    except vectors.VectorsUnavailable as error:
        log.warning(
            "%s The embedded index answers; run `beacon index` or start again to build the other one.",
            error,
            extra={"event": "vectors_unavailable"},
        )
        return own
    return opened
