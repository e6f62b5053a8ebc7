"""Proves that somebody on the web holds a phone number, by a code of six digits that is texted to it.

Before the proof nothing is looked up: a number with cases and one without, one that is texted and one that cannot be,
get the same words in the same time. The code is kept as a salted hash, for minutes, and may be tried a few times.
"""

import asyncio
import hmac
import re
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import scrypt
from pathlib import Path
from time import monotonic

import yaml

from assistant.code_texts import MINUTES
from assistant.contact import read_contact
from assistant.conversation import Conversation, PhoneProof
from assistant.look_ups import as_long
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.plain import plainly
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked
from assistant.turn import Step

RULES = Path(__file__).parent / "rules" / "own_phone.yaml"
PROVEN_MINUTES = 30
"""How long a proven number stays proven on the web, where the next person may sit at the same screen."""

MOST_TRIES = 3
SAME_SECONDS = 0.2
"""How long asking for a code takes at least, whether it can be texted or not."""

LONGEST_WISH = 16
"""In more words than this there is more in a message than the wish; it is read first."""

_CODE = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}(?![\d-]|[ -]\d)")


def about_own_phone(turn: Progress, ports: Ports) -> str | None:
    """The phone number whose cases a message asks for; None for a message about anything else."""
    if turn.conversation.work is not None or len(turn.text.split()) > LONGEST_WISH:
        return None
    asked = turn.conversation.asked.asking_for == "case_number"
    return named_phone(turn, ports) if asked or _asks(turn.text) else None


def named_phone(turn: Progress, ports: Ports) -> str | None:
    """A number that could be proven here and now; none where codes cannot be texted, or it is proven already."""
    if ports.codes is None or turn.conversation.channel is not Channel.WEB:
        return None
    phone = read_contact(turn.text).phone
    return str(phone.value) if phone is not None and phone.value != turn.conversation.phone else None


async def begin(turn: Progress, phone: str, ports: Ports) -> Did:
    """Text a code to a number, and ask for it."""
    if ports.codes is None:
        raise ValueError("Codes cannot be texted from here.")
    began, code, salt = monotonic(), f"{secrets.randbelow(10**6):06d}", secrets.token_hex(16)
    digest = await _digest(code, salt)
    sent = await ports.codes.send(
        phone, code, conversation_id=turn.conversation.conversation_id, language=turn.language
    )
    await as_long(began, SAME_SECONDS)
    if not sent:
        return said(turn, "proof_limit", ports, outcome=Outcome.NOT_KNOWN)
    until = turn.now + timedelta(minutes=MINUTES)
    proof = PhoneProof(phone=phone, salt=salt, digest=digest, until=until, words=turn.text)
    return said(turn, "proof_sent", ports, proof=proof, outcome=Outcome.ASKED)


def typed_code(turn: Progress) -> str | None:
    """The six digits of a message, while a code is waited for."""
    found = _CODE.findall(turn.text) if turn.conversation.proof is not None else []
    return re.sub(r"\D", "", found[0]) if len(found) == 1 else None


async def fits(proof: PhoneProof, code: str, now: datetime) -> bool:
    """Whether it is the code, in time; compared in constant time."""
    same = hmac.compare_digest(await _digest(code, proof.salt), proof.digest)
    return same and now < proof.until


def tried(turn: Progress, proof: PhoneProof, ports: Ports) -> Did:
    """What is said to a wrong code: try again, or that this one no longer works."""
    again = proof.model_copy(update={"tries": proof.tries + 1})
    over = again.tries >= MOST_TRIES or turn.now >= proof.until
    name = "proof_over" if over else "proof_wrong"
    return said(turn, name, ports, proof=None if over else again, outcome=Outcome.NOT_KNOWN if over else Outcome.ASKED)


def proven(conversation: Conversation, proof: PhoneProof, now: datetime) -> Conversation:
    """The conversation of who holds the number."""
    until = now + timedelta(minutes=PROVEN_MINUTES)
    return conversation.model_copy(
        update={"proof": None, "phone": proof.phone, "phone_until": until, "asked": Asked(), "not_found": 0}
    )


def lapsed(conversation: Conversation, now: datetime) -> Conversation:
    """The conversation without a proof whose time is over."""
    if conversation.phone_until is None or now < conversation.phone_until:
        return conversation
    return conversation.model_copy(update={"phone": None, "phone_until": None})


def said(turn: Progress, name: str, ports: Ports, *, outcome: Outcome, proof: PhoneProof | None = None) -> Did:
    """One of our sentences about a proof, and what is kept of it."""
    shown = f"***-***-{proof.phone[-4:]}" if proof else ""
    text = ports.wording.say(name, turn.language, phone=shown, minutes=str(MINUTES))
    kept = turn.conversation.model_copy(update={"proof": proof, "asked": Asked()})
    step = Step(name="proof", did=f"answered with the fixed text {name!r}", ms=0)
    return Did(say=(Part(text=text),), outcomes=(outcome,), conversation=kept, done=True, steps=(step,))


async def _digest(code: str, salt: str) -> str:
    """Slow to make, so that a stolen row does not tell its code while it works."""
    hashed = await asyncio.to_thread(scrypt, code.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1)
    return hashed.hex()


def _asks(text: str) -> bool:
    plain = plainly(text)
    return any(pattern.search(plain) for pattern in _rules())


@lru_cache
def _rules() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, yaml.safe_load(RULES.read_text(encoding="utf-8"))["asks"]))
