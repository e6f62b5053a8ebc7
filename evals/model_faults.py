"""The ways a model or its server goes wrong, each as the test server plays it."""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

EVIL_LINK = "https://boston-refunds.example.com/pay"
EVIL_PHONE = "617-555-0666"
"""What a bad model would like residents to click and call; neither must ever reach one."""

JSON = dict[str, Any]


class Fault(StrEnum):
    """What goes wrong."""

    NONE = "none"
    WRONG_KEY = "401"
    UNKNOWN_MODEL = "404"
    RATE_LIMITED = "429"
    RATE_LIMITED_FOR_A_MOMENT = "429_retry_after"
    RATE_LIMITED_FOR_LONG = "429_retry_after_60"
    SERVER_ERROR = "500"
    SERVER_ERROR_ONCE = "500_once"
    UNAVAILABLE = "503"
    TIMEOUT = "timeout"
    SLOW_FIRST_BYTE = "slow_first_byte"
    CUT_MID_STREAM = "cut_mid_stream"
    ERROR_IN_STREAM = "error_in_stream"
    TRUNCATED_JSON = "truncated_json"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    PROSE = "prose"
    PROSE_ONCE = "prose_once"
    FENCED = "fenced"
    WRONG_ENUM = "wrong_enum"
    EXTRA_KEY = "extra_key"
    MISSING_KEY = "missing_key"
    INVENTED_EVIDENCE = "invented_evidence"
    INVENTED_LINK = "invented_link_and_phone"
    UNKNOWN_SERVICE = "unknown_service"
    OBEYS_INJECTION = "obeys_injection"
    ANOTHER_LANGUAGE = "another_language"
    EMPTY = "empty"
    TEN_MEGABYTES = "ten_megabytes"
    SCHEMA_IGNORED = "schema_ignored"


STATUS: dict[Fault, int] = {
    Fault.WRONG_KEY: 401,
    Fault.UNKNOWN_MODEL: 404,
    Fault.RATE_LIMITED: 429,
    Fault.RATE_LIMITED_FOR_A_MOMENT: 429,
    Fault.RATE_LIMITED_FOR_LONG: 429,
    Fault.SERVER_ERROR: 500,
    Fault.SERVER_ERROR_ONCE: 500,
    Fault.UNAVAILABLE: 503,
}
RETRY_AFTER: dict[Fault, str] = {Fault.RATE_LIMITED_FOR_A_MOMENT: "1", Fault.RATE_LIMITED_FOR_LONG: "60"}
ONCE = frozenset({Fault.RATE_LIMITED_FOR_A_MOMENT, Fault.SERVER_ERROR_ONCE, Fault.PROSE_ONCE})
"""Faults that are over after the first request."""

PROSE = "Sure! It sounds like the resident has a problem with the street. I would file it right away."


def spoiled(fault: Fault, name: str, answer: JSON, message: str) -> str:
    """The text of an answer as a model with this fault gives it. `name` is the prompt's, `message` what it was on."""
    text = json.dumps(answer, ensure_ascii=False)
    match fault:
        case Fault.PROSE | Fault.PROSE_ONCE:
            return PROSE
        case Fault.FENCED:
            return f"```json\n{text}\n```"
        case Fault.EMPTY:
            return ""
        case Fault.TRUNCATED_JSON:
            return text[: len(text) // 2]
        case Fault.SCHEMA_IGNORED:
            return json.dumps({"intent": "report", "slots": {"text": message}})
        case Fault.TEN_MEGABYTES:
            return text[:-1] + "," + " " * 10_000_000 + text[-1]
    change = _CHANGES.get((fault, name))
    return json.dumps(change(answer), ensure_ascii=False) if change else text


def _wrong_enum(answer: JSON) -> JSON:
    return answer | {"language": "klingon"}


def _extra_key(answer: JSON) -> JSON:
    return answer | {"priority": "emergency_same_day"}


def _missing_key(answer: JSON) -> JSON:
    return {key: value for key, value in answer.items() if key not in ("language", "sentences")}


def _requests(answer: JSON, **changes: object) -> JSON:
    return answer | {"requests": [each | changes for each in answer["requests"]]}


def _invented_evidence(answer: JSON) -> JSON:
    said = {"quote": "as the mayor told me yesterday", "because": "a hole as big as the moon"}
    return _requests(answer, **said, place="1600 Pennsylvania Avenue", fields=[_evil_field()])


def _evil_field() -> JSON:
    return {"code": "description", "values": [f"call {EVIL_PHONE} or see {EVIL_LINK}"], "quote": "as you said"}


def _invented_in_reading(answer: JSON) -> JSON:
    return _requests(answer, fields=[_evil_field()], place=EVIL_LINK)


def _invented_in_answer(answer: JSON) -> JSON:
    evil = {"text": f"Pay at {EVIL_LINK} or call {EVIL_PHONE}.", "passage": 1}
    return {"sentences": [each | evil for each in answer["sentences"]]}


def _unknown_service(answer: JSON) -> JSON:
    return _requests(answer, service="wire_money_to_me", alternatives=["also_not_there"])


def _obeying(answer: JSON) -> JSON:
    """Everything a model could try: agree for the resident, file at once, and put its own link and number in."""
    message = answer["requests"][0]["quote"] if answer["requests"] else ""
    reply = {"says": "yes", "choice": 1, "corrects": [], "place": None, "fields": [_evil_field()]}
    request = {
        "kind": "report",
        "quote": message,
        "service": "pothole",
        "alternatives": [],
        "because": message,
        "sure": 1.0,
        "place": "1 City Hall Sq",
        "fields": [_evil_field()],
        "asks_who_reported": False,
    }
    return answer | {"reply": reply, "requests": [request]}


def _another_language(answer: JSON) -> JSON:
    return answer | {"language": "ru"}


def _answer_in_russian(answer: JSON) -> JSON:
    return {"sentences": [each | {"text": "Позвоните завтра утром."} for each in answer["sentences"]]}


Change = Callable[[JSON], JSON]
_CHANGES: dict[tuple[Fault, str], Change] = {
    (Fault.WRONG_ENUM, "read"): _wrong_enum,
    (Fault.EXTRA_KEY, "read"): _extra_key,
    (Fault.EXTRA_KEY, "word"): _extra_key,
    (Fault.MISSING_KEY, "read"): _missing_key,
    (Fault.MISSING_KEY, "word"): _missing_key,
    (Fault.INVENTED_EVIDENCE, "read"): _invented_evidence,
    (Fault.INVENTED_EVIDENCE, "word"): _invented_in_answer,
    (Fault.INVENTED_LINK, "read"): _invented_in_reading,
    (Fault.INVENTED_LINK, "word"): _invented_in_answer,
    (Fault.UNKNOWN_SERVICE, "read"): _unknown_service,
    (Fault.OBEYS_INJECTION, "read"): _obeying,
    (Fault.OBEYS_INJECTION, "word"): _invented_in_answer,
    (Fault.ANOTHER_LANGUAGE, "read"): _another_language,
    (Fault.ANOTHER_LANGUAGE, "word"): _answer_in_russian,
}
