"""Writes TwiML, the language in which Twilio is told what a call does next."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from fastapi import Response

from channels.speech import Voice
from tools.value import Value

SECONDS = 6
"""How long a caller may think before it counts as silence."""

RINGS = 30
"""Seconds that a staff member's telephone rings."""


class Line(Value):
    """One line and the voice that says it."""

    text: str
    voice: Voice


def document(*verbs: str) -> str:
    """A whole answer."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'


def answered(twiml: str) -> Response:
    """The answer to a webhook."""
    return Response(twiml, media_type="text/xml")


def say(lines: Iterable[Line]) -> str:
    """Say these lines, each in its voice."""
    return "".join(
        _verb("Say", escape(line.text), voice=line.voice.voice, language=line.voice.language) for line in lines
    )


def gather(inside: str, *, action: str, hears: Voice | None, digits: int | None = None, seconds: int = SECONDS) -> str:
    """Say what stands `inside` and listen: to words too if `hears` is given, to so many keys if `digits` is."""
    listens = {"language": hears.hears, "speechTimeout": "auto", "profanityFilter": "false"} if hears else {}
    keys = {"numDigits": str(digits)} if digits else {"finishOnKey": "#"}
    return _verb(
        "Gather",
        inside,
        input="speech dtmf" if hears else "dtmf",
        action=action,
        method="POST",
        timeout=str(seconds),
        actionOnEmptyResult="true",
        **listens,
        **keys,
    )


def redirect(url: str) -> str:
    """Go on elsewhere."""
    return _verb("Redirect", escape(url), method="POST")


def dial(number: str, *, whisper: str, action: str, shown: str) -> str:
    """Connect the caller to a number; whoever answers hears the `whisper` first."""
    inside = _verb("Number", escape(number), url=whisper, method="POST")
    return _verb(
        "Dial", inside, action=action, method="POST", timeout=str(RINGS), callerId=shown, answerOnBridge="true"
    )


def hangup() -> str:
    """End the call."""
    return "<Hangup/>"


def _verb(name: str, inside: str, **attributes: str) -> str:
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{inside}</{name}>"
