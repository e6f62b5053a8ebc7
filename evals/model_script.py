"""What the test server's model says: readings written by hand for known messages, and answers copied from passages."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.openai_wire import WireAnswer, WireReading
from assistant.plain import plainly

SCRIPTS = Path(__file__).parent / "model_scripts"
ANSWERS = Path(__file__).parent / "model_answers.yaml"
_MESSAGE = re.compile(r"<(message|question)>\n(.*)\n</\1>", re.DOTALL)
_PASSAGE = re.compile(r"^Passage (\d+):\n(.*?)(?=\n\nPassage \d+:|\n\nLanguage:)", re.DOTALL | re.MULTILINE)
_ASKED = re.compile(r"^Asked last: (\w+)", re.MULTILINE)
_MOST = re.compile(r"^At most (\d+) sentences", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]")


class NotScripted(Exception):
    """Nobody wrote down what a model makes of this message."""


def said_in(prompt: str) -> str:
    """The resident's words in a prompt."""
    match = _MESSAGE.search(prompt)
    return match[2] if match else ""


def scripted_reading(prompt: str) -> dict[str, Any]:
    """The reading of a prompt's message. Raises NotScripted."""
    message = said_in(prompt)
    asked = _ASKED.search(prompt)
    for key in ((plainly(message).strip(), asked[1] if asked else ""), (plainly(message).strip(), "")):
        if key in scripts():
            return scripts()[key].model_dump()
    raise NotScripted(f"No reading is written down for {message[:40]!r}.")


@lru_cache
def scripts(folder: Path = SCRIPTS) -> dict[tuple[str, str], WireReading]:
    """Every reading by message and what was asked last ("" where it does not matter)."""
    rows = [row for path in sorted(folder.glob("*.yaml")) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return {(plainly(row["message"]).strip(), row.get("asked", "")): _reading(row) for row in rows}


def _reading(row: dict[str, Any]) -> WireReading:
    """A row of a script in full; what it leaves out is empty."""
    reply = row.get("reply")
    whole: dict[str, Any] = {
        "language": row.get("language", "en"),
        "requests": [_request(each, row["message"]) for each in row.get("requests", [])],
        "reply": None if reply is None else _EMPTY_REPLY | reply | {"fields": _fields(reply)},
        "thanks": row.get("thanks", False),
    }
    return WireReading.model_validate(whole)


_EMPTY_REPLY: dict[str, Any] = {"says": None, "choice": None, "corrects": [], "place": None}


def _request(row: dict[str, Any], message: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        "kind": "report",
        "quote": message,
        "service": None,
        "alternatives": [],
        "because": None,
        "sure": 0.9 if row.get("service") else 0.0,
        "place": None,
        "asks_who_reported": False,
    }
    return given | row | {"fields": _fields(row)}


def _fields(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Fields stand in scripts as `code: [value, quote]`."""
    return [{"code": code, "values": [value], "quote": quote} for code, (value, quote) in row.get("fields", {}).items()]


def copied_answer(prompt: str) -> dict[str, Any]:
    """An answer to a prompt: the sentences of the passages that share most words with the question."""
    question = set(_words(said_in(prompt)))
    most = _MOST.search(prompt)
    sentences = [
        {"text": sentence.strip(), "passage": int(number), "quote": sentence.strip()}
        for number, text in _PASSAGE.findall(prompt)
        for sentence in _SENTENCE.findall(text.partition("\n")[2])
        if len(sentence.split()) > 3
    ]
    wanted = chosen_words().get(plainly(said_in(prompt)).strip(), ())
    best = sorted(sentences, key=lambda each: _fit(str(each["text"]), question, wanted), reverse=True)
    answer = WireAnswer.model_validate({"sentences": best[: int(most[1]) if most else 1]})
    return answer.model_dump()


def _fit(sentence: str, question: set[str], wanted: Sequence[str]) -> tuple[int, int]:
    """How much of what a good answer must hold a sentence holds, and how many words of the question."""
    return sum(each in plainly(sentence) for each in wanted), len(question & set(_words(sentence)))


@lru_cache
def chosen_words(path: Path = ANSWERS) -> dict[str, tuple[str, ...]]:
    """By question, words of the sentences that a good model would choose."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {plainly(question).strip(): tuple(map(plainly, words)) for question, words in rows.items()}


def _words(text: str) -> list[str]:
    return re.findall(r"\w{3,}", plainly(text))
