"""Reads a reply in the light of what was asked: yes, no, a number, skip, don't know, start over, repeat, a change."""

import re

from rapidfuzz import fuzz, process

from assistant.lexicon import Phrases, compact
from assistant.reading import Asked, Consent, Repair
from tools.value import Value

LOOKING = 400
"""Characters of a message in which a reply is looked for; it stands at the beginning."""

SHORT = 9
"""Up to so many words, "I don't understand" or "start over" in a message is about the conversation."""

OFFERS = frozenset({"confirmation", "duplicate", "question_choice", "service", "location_choice"})
"""Asked for one of these, a no with more words says what should be different."""

MISSPELLED = 80.0
"""Likeness (0 to 100) at which a short word counts as a misspelled one of ours ("sumbit")."""

_HEAD = re.compile(r"[,.;:!?\u2014\u3002\uff0c\uff01\u060c\n]+|\s-+\s")
_NUMBER = re.compile(
    r"(?:(?:option|number|choice|no|nr|the|opcion|numero|el|la|opsyon|opcao|nimewo|so|вариант|номер) )?(\d{1,2})"
    r"(?:st|nd|rd|th|a|o)?(?: one)?"
)
_NOT_BUT = re.compile(
    r"\b(?:not|no|pas|nao|pa|не) (?:the |el |la )?#?\w*\d\w* (?:but|its|it is|sino|es|mais|e|а)\b|\b\w+ not #?\w*\d\w*$"
    r"|\b(?:its|it is|thats|that is) not (?:\w+ ){1,4}(?:but|its|it is|thats)\b"
    r"|\bno (?:es|son) (?:\w+ ){1,4}(?:sino|es|son)\b"
)
_ARTICLE = re.compile(r"^(?:the|my|el|la|mi|o|a|le|l) ")
_POLITE = ("please", "pls", "thanks", "thank you", "thx", "por favor", "gracias", "obrigado", "mesi", "merci", "sorry")
_ORDINALS = tuple(f"choice_{place}" for place in range(1, 7))
_PARTS = ("location", "service", "contact")


class ReplyReading(Value):
    """What a reply says about what was asked. `rest` is the message without the opening yes or no."""

    consent: Consent | None = None
    repair: Repair | None = None
    choice: int | None = None
    corrects: tuple[str, ...] = ()
    person: bool = False
    thanks: bool = False
    greets: bool = False
    rest: str = ""


class ReplyReader:
    """Reads replies with our word lists."""

    def __init__(self, phrases: dict[str, Phrases]) -> None:
        self._phrases = phrases
        self._spelled = {
            word: consent
            for consent in Consent
            for word in phrases[consent.value].phrases
            if word.isascii() and 5 <= len(word) <= 9
        }

    def read(self, text: str, asked: Asked) -> ReplyReading:
        """What the reply says. Openings, numbers and corrections count only where something was asked."""
        plain = compact(text[:LOOKING])
        person = self._wants_a_person(plain)
        consent = self._plain_consent(plain)
        if asked.asking_for is None:
            talk, thanks = self._about_the_talk(plain), bool(self._phrases["thanks"].opening(plain))
            greets = self._phrases["greeting"].whole(plain)
            return ReplyReading(person=person, repair=talk, consent=consent, thanks=thanks, greets=greets, rest=text)
        choice = self._choice(plain, asked)
        if consent or choice:
            return ReplyReading(consent=consent, choice=choice, person=person)
        read = self._in_more_words(text, plain, asked)
        return read.model_copy(update={"person": person, "corrects": self._corrects(plain)})

    def _in_more_words(self, text: str, plain: str, asked: Asked) -> ReplyReading:
        """A reply that is not just a yes, a no or a number."""
        repair = self._repair(plain)
        if repair not in (None, Repair.CORRECTION):
            return ReplyReading(repair=repair, rest=text)
        consent, rest = self._opened(text, plain)
        if consent is Consent.NO and self._about_the_talk(compact(rest)) is Repair.START_OVER:
            return ReplyReading(repair=Repair.START_OVER, rest=rest)
        if consent is Consent.YES and (repair or self._phrases["but"].opening(compact(rest))):
            return ReplyReading(repair=Repair.CORRECTION, rest=rest)
        offered = asked.asking_for in OFFERS
        if offered and ((consent is Consent.NO and len(rest.split()) >= 2) or self._corrects(plain)):
            repair = Repair.CORRECTION
        if asked.asking_for == "confirmation" and self._renames(plain):
            repair = Repair.CORRECTION
        return ReplyReading(consent=consent, repair=repair, rest=rest)

    def _renames(self, plain: str) -> bool:
        """Whether a reply to the read-back says what it is instead ("its a sidewalk problem")."""
        return bool(self._phrases["it_is"].opening(plain)) and not self._phrases["also"].somewhere(plain)

    def _wants_a_person(self, plain: str) -> bool:
        return self._phrases["person"].whole(_without_thanks(plain)) or self._phrases["person_wished"].somewhere(plain)

    def _plain_consent(self, plain: str) -> Consent | None:
        for said in (plain, _without_thanks(plain)):
            for consent in Consent:
                if self._phrases[consent.value].whole(said):
                    return consent
        if " " in plain or not 5 <= len(plain) <= 9:
            return None
        close = process.extractOne(plain, self._spelled.keys(), scorer=fuzz.ratio, score_cutoff=MISSPELLED)
        return self._spelled[close[0]] if close else None

    def _opened(self, text: str, plain: str) -> tuple[Consent | None, str]:
        """A yes or no at the start of a message that goes on, and what goes on."""
        if (head := _HEAD.search(text)) and (consent := self._plain_consent(compact(text[: head.start()]))):
            return consent, text[head.end() :].strip()
        for consent in Consent:
            if opening := self._phrases[f"{consent.value}_opens"].opening(plain):
                return consent, plain.removeprefix(opening).strip()
        words = plain.split()
        if len(words) > 1 and words[0] in ("no", "not") and self._phrases["after_no"].whole(words[1]):
            return Consent.NO, " ".join(words[1:])
        return None, text

    def _repair(self, plain: str) -> Repair | None:
        for repair in (Repair.START_OVER, Repair.SKIP, Repair.DONT_KNOW, Repair.REPEAT):
            if self._phrases[repair.value].whole(_without_thanks(plain)):
                return repair
        if talk := self._about_the_talk(plain):
            return talk
        if len(plain.split()) <= SHORT:
            if self._phrases["skip"].opening(plain):
                return Repair.SKIP
            if self._phrases["dont_know"].somewhere(plain):
                return None if self._guesses(plain) else Repair.DONT_KNOW
        corrected = self._phrases["correction"].somewhere(plain) or _NOT_BUT.search(plain)
        return Repair.CORRECTION if corrected else None

    def _about_the_talk(self, plain: str) -> Repair | None:
        """Start over and repeat: they may be said at any time."""
        for repair in (Repair.START_OVER, Repair.REPEAT):
            opening = self._phrases[repair.value].opening(plain)
            if opening == plain or (opening and " " in opening and len(plain.split()) <= SHORT):
                return repair
        return None

    def _guesses(self, plain: str) -> bool:
        """Whether the words around "not sure" hold a guess after all."""
        return self._phrases["but"].somewhere(plain) or self._phrases["dont_know"].after(plain) > 4

    def _choice(self, plain: str, asked: Asked) -> int | None:
        if not asked.options:
            return None
        said = _without_thanks(plain)
        number = _NUMBER.fullmatch(said)
        ordinals = (place for place, name in enumerate(_ORDINALS, start=1) if self._phrases[name].whole(said))
        picked = int(number[1]) if number else next(ordinals, 0)
        return picked if 1 <= picked <= len(asked.options) else None

    def _corrects(self, plain: str) -> tuple[str, ...]:
        if self._phrases["wrong"].somewhere(plain):
            return tuple(part for part in _PARTS if self._phrases[f"part_{part}"].somewhere(plain))
        named = _ARTICLE.sub("", plain)
        return tuple(part for part in _PARTS if self._phrases[f"part_{part}"].whole(named))


def _without_thanks(plain: str) -> str:
    """The words without a polite word before or after them."""
    for polite in _POLITE:
        plain = plain.removesuffix(f" {polite}").removeprefix(f"{polite} ")
    return plain
