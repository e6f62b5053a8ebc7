"""Reads a reply in the light of what was asked: yes, no, a number, skip, don't know, start over, repeat, a correction."""

import re

from assistant.lexicon import Phrases, compact
from assistant.reading import Asked, Consent, Repair
from tools.value import Value

_NUMBER = re.compile(r"^(?:option |number |no\.? |nr |the |#|opcion |numero |la |el )?(\d{1,2})(?:st|nd|rd|th)?[.)]?$")
_PLACES = ("first", "second", "third", "fourth", "fifth")
_PARTS = {
    "location": r"\b(address|place|location|street|where|direccion|lugar|calle|endereco|adres|地址|地点|dia chi|adresse|lieu|адрес)\b",
    "service": r"\b(problem|issue|category|service|kind|type|problema|servicio|问题|van de|probleme|проблема)\b",
    "contact": r"\b(phone|email|e-mail|my number|telefono|correo|telephone)\b",
}


class ReplyReading(Value):
    """What a reply says about what was asked. `rest` is the message without the opening yes or no."""

    consent: Consent | None = None
    repair: Repair | None = None
    choice: int | None = None
    corrects: tuple[str, ...] = ()
    person: bool = False
    rest: str = ""


class ReplyReader:
    """Reads replies with our word lists."""

    def __init__(self, phrases: dict[str, Phrases]) -> None:
        self._phrases = phrases

    def read(self, text: str, asked: Asked) -> ReplyReading:
        """What the reply says. A yes or no counts only where something was asked that takes one."""
        plain = compact(text)
        person = self._says("person", plain) and len(plain.split()) <= 16
        if asked.asking_for is None:
            repair = Repair.START_OVER if self._phrases["start_over"].whole(plain) else None
            repair = Repair.REPEAT if self._phrases["repeat"].whole(plain) and len(plain) > 3 else repair
            return ReplyReading(person=person, repair=repair, consent=self._consent(plain, asked), rest=text)
        return ReplyReading(
            consent=self._consent(plain, asked),
            repair=self._repair(plain),
            choice=self._choice(plain, asked),
            corrects=self._corrects(plain),
            person=person,
            rest=text,
        )

    def _says(self, meaning: str, plain: str) -> bool:
        return self._phrases[meaning].whole(plain) or self._phrases[meaning].somewhere(plain)

    def _consent(self, plain: str, asked: Asked) -> Consent | None:
        for consent, meaning in ((Consent.YES, "yes"), (Consent.NO, "no")):
            if self._phrases[meaning].whole(plain):
                return consent
        if asked.asking_for not in ("confirmation", "duplicate", "question_choice"):
            return None
        for consent, meaning in ((Consent.NO, "no"), (Consent.YES, "yes")):
            opened = self._phrases[meaning].opening(plain)
            if opened and not self._phrases["correction"].opening(plain):
                return consent
        return None

    def _repair(self, plain: str) -> Repair | None:
        for meaning in (Repair.START_OVER, Repair.SKIP, Repair.DONT_KNOW, Repair.REPEAT):
            if self._phrases[meaning.value].whole(plain):
                return meaning
        if len(plain.split()) <= 12:
            if self._phrases["start_over"].opening(plain) and not re.search(r"\b(the|that one|la|el)\b", plain):
                return Repair.START_OVER
            if self._phrases["repeat"].somewhere(plain) and len(plain.split()) <= 9:
                return Repair.REPEAT
            if self._phrases["dont_know"].opening(plain) or self._phrases["dont_know"].somewhere(plain):
                return Repair.DONT_KNOW
        if self._phrases["correction"].opening(plain) or self._phrases["correction"].somewhere(plain):
            return Repair.CORRECTION
        return None

    def _choice(self, plain: str, asked: Asked) -> int | None:
        if not asked.options:
            return None
        if match := _NUMBER.match(plain):
            picked = int(match[1])
        else:
            picked = next(
                (place for place, word in enumerate(_PLACES, start=1) if re.fullmatch(rf"(the )?{word}( one)?", plain)),
                0,
            )
        return picked if 1 <= picked <= len(asked.options) else None

    def _corrects(self, plain: str) -> tuple[str, ...]:
        wrong = re.search(
            r"\b(wrong|change|incorrect|mal|cambi\w+|equivocad\w|errad\w|not right|改|错|錯|sai|faux|changez)\b", plain
        )
        return tuple(part for part, pattern in _PARTS.items() if re.search(pattern, plain)) if wrong else ()
