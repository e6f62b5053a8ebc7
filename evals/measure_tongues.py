"""Measures how messages outside English are read, on sentences of our own: services, danger, yes and no, wishes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from assistant.bootstrap import Reading as Parts
from assistant.language import load_language_reader
from assistant.message import Channel
from assistant.reading import Asked, Consent
from assistant.screening import load_screen
from evals.figures import Figure, share
from tools.draft import Kind

SENTENCES = Path(__file__).parent / "languages.yaml"


def figures(parts: Parts, data: Path) -> tuple[Figure, ...]:
    """How other languages are read; `data` is not needed."""
    del data
    return tuple(measure_tongues(parts))


def measure_tongues(parts: Parts) -> Iterator[Figure]:
    """The share read right, by language; those read wrong are told in full, for they are ours."""
    held: dict[str, Any] = yaml.load(SENTENCES.read_text(encoding="utf-8"), yaml.CSafeLoader)
    ranker, replies, screen = parts.engine.requests.ranker, parts.engine.replies, load_screen()
    for language, rows in held["services"].items():
        judged = {
            text: [choice.code for choice in ranker.rank(text, language=language).choices[:1]] == [code]
            for code, texts in rows.items()
            for text in texts
        }
        yield _share(f"own sentences, services: {language}", judged)
    asked = Asked(asking_for="confirmation")
    for language in held["said"]["yes"]:
        judged = {text: screen(text, Channel.SMS).safety == "911" for text in held["said"]["emergency"][language]}
        for consent in Consent:
            judged |= {
                text: replies.read(text, asked).consent is consent for text in held["said"][consent.value][language]
            }
        judged |= {text: replies.read(text, Asked()).person for text in held["said"]["person"][language]}
        yield _share(f"own sentences, danger, yes, no, a person: {language}", judged)
    wishes, languages = held["wishes"], load_language_reader()
    for language, texts in wishes["status"].items():
        judged = {text: parts.engine.requests.read(text, language=language)[0].kind is Kind.STATUS for text in texts}
        judged |= {text: languages.asks_for(text) == language for text in wishes["language"][language]}
        yield _share(f"own sentences, a wish for a status or a language: {language}", judged)


def _share(what: str, judged: dict[str, bool]) -> Figure:
    wrong = tuple(text for text, right in judged.items() if not right)
    return share(what, sum(judged.values()), len(judged), target=0.9).model_copy(update={"against": wrong})
