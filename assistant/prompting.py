"""Puts prompts together: what never changes first, then what this turn adds, the resident's words fenced as data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import frontmatter

from assistant.model import Prompt
from assistant.openai_wire import Wire, WireAnswer, WireReading, schema_text
from assistant.reading import Asked
from knowledge.article import Passage
from tools.service import Attribute, AttributeType, Service

FOLDER = Path(__file__).parent / "prompts"
READING_TOKENS, WORDING_TOKENS = 1_200, 900
"""The most a model may answer: a message of six requests needs about 700."""

CHOICES_SHOWN = 9
"""A question with more choices is shown with the first ones only; any of its keys is accepted."""

WITH_QUESTIONS = 4
"""So many of the likeliest services are described with their questions, the others by what they are for."""


@dataclass(frozen=True)
class PromptFile:
    """The text that opens a prompt, and its version."""

    text: str
    version: str


@lru_cache
def prompt_file(name: str) -> PromptFile:
    """A prompt as its Markdown file has it."""
    post = frontmatter.load(str(FOLDER / f"{name}.md"))
    return PromptFile(text=post.content.strip(), version=f"{name}-{post['version']}")


def reading_prompt(message: str, asked: Asked, *, candidates: Sequence[Service], under_way: Service | None) -> Prompt:
    """What a model is asked to understand a message. The texts must hold only what may leave."""
    others = [service for service in candidates if under_way is None or service.code != under_way.code]
    parts = [
        "Services:\n" + "\n".join(_described(each, brief=at >= WITH_QUESTIONS) for at, each in enumerate(others)),
        _under_way(under_way, asked),
        _earlier(asked),
        f"Asked last: {_asked_for(asked)}",
        _fenced("message", message),
    ]
    return shaped_prompt("read", WireReading, "\n\n".join(part for part in parts if part), most_tokens=READING_TOKENS)


def wording_prompt(question: str, passages: Iterable[str], *, language: str, sentences: int) -> Prompt:
    """What a model is asked to word an answer. Links in the passages stand as tokens."""
    numbered = "\n\n".join(f"Passage {number}:\n{text}" for number, text in enumerate(passages, start=1))
    wish = f"Language: {language}\nAt most {sentences} sentences."
    user = "\n\n".join((numbered, wish, _fenced("question", question)))
    return shaped_prompt("word", WireAnswer, user, most_tokens=WORDING_TOKENS)


def repair_text(complaint: str) -> str:
    """What is said to a model whose answer did not fit."""
    return prompt_file("repair").text.replace("{complaint}", complaint)


def passage_text(passage: Passage) -> str:
    """A passage as a model sees it."""
    return f"{passage.heading}\n{passage.text}"


def shaped_prompt(name: str, shape: type[Wire], user: str, *, most_tokens: int) -> Prompt:
    """A prompt of a file and a shape, which never change, with what is to be done now."""
    file = prompt_file(name)
    return Prompt(
        name=name,
        version=file.version,
        system=file.text,
        user=user,
        schema_text=schema_text(shape),
        most_tokens=most_tokens,
    )


def _fenced(tag: str, text: str) -> str:
    """The text between tags that it cannot close itself."""
    return f"<{tag}>\n{text.replace(f'</{tag}', f'< /{tag}')}\n</{tag}>"


def _described(service: Service, *, brief: bool = False) -> str:
    if brief:
        return f"{service.code} | {service.summary}"
    questions = "; ".join(_question(each) for each in service.attributes)
    return f"{service.code} | {service.summary}" + (f" | {questions}" if questions else "")


def _question(attribute: Attribute) -> str:
    keys = ",".join(choice.key for choice in attribute.choices[:CHOICES_SHOWN])
    several = " (several)" if attribute.type is AttributeType.MULTI else ""
    return f"{attribute.code}={keys}{several}" if keys else attribute.code


def _under_way(service: Service | None, asked: Asked) -> str:
    if service is None:
        return ""
    attribute = service.attribute(asked.asking_for or "")
    question = f"\nThe question {attribute.code} reads: {attribute.ask['en']}" if attribute else ""
    return f"Service under way:\n{_described(service)}{question}"


def _earlier(asked: Asked) -> str:
    lines = [f"resident, earlier: {text}" for text in asked.earlier] + [f"we said last: {text}" for text in asked.said]
    return "Conversation so far:\n" + _fenced("earlier", "\n".join(lines)) if lines else ""


def _asked_for(asked: Asked) -> str:
    if asked.asking_for is None:
        return "nothing"
    options = "; ".join(f"{number}. {text}" for number, text in enumerate(asked.options, start=1))
    return asked.asking_for + (f"\nOptions: {options}" if options else "")
