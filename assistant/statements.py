"""Tells words that state what is wrong, or want something booked, from words that ask to know something."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.contact import read_contact
from assistant.plain import plainly

ELSEWHERE = Path(__file__).parent / "lexicon" / "questions.yaml"

_TELLS = re.compile(
    r"^\W*(?:hi,? |hey,? |hello,? )?(?:there(?:'?s|s| is| are| was)|some(?:one|body)|nobody"
    r"|(?:they|u guys|you guys|truck) (?:missed|skipped|forgot|never|didn'?t|did not)"
    r"|(?:my|our) (?:landlord|neighbou?r|street|trash|recycling)"
    r"|hay (?:un|una|much[ao]s?)|no (?:pasaron|recogieron|tengo)|alguien)\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"^\W*(?:the|a|an|this|that|these|our|my)\s[\w' ]{2,40}?\s(?:is|are|was|were|has been"
    r"|isn'?t|fell|broke|came|keeps?)\b",
    re.IGNORECASE,
)
ASKS_FOR = re.compile(
    r"\b(?:hours|phone(?!(?: number)?(?: is| es)?\W*\d)|number(?!s?(?: is| es)?\W*\d)|fees?|cost|price|how much|rules?"
    r"|deadline|schedule|address|adress|months"
    r"|season|how (?:do|can|long|many|old|heavy|big|loud|early|late|soon)|where (?:do|can|is|are)"
    r"|(?:do|can|may|should) i"
    r"|limit|maximum|minimum|hotline|help with|help w|(?:permit|license) for|who (?:do|can|should) i"
    r"|what (?:do|does|kind|time|day|is|are)|when (?:do|does|is|are|will)|whats|sign up"
    r"|tel[eé]fono|n[uú]mero|horario|precio|cu[aá]nto|cu[aá]ndo|c[oó]mo|d[oó]nde|qu[eé] d[ií]a|temperatura|m[ií]nim\w+"
    r"|m[aá]xim\w+|cita para"
    r"|nimewo|konbyen|telefone)\b",
    re.IGNORECASE,
)
"""A message that asks for information somewhere in its middle, or names what it wants to know ("tow lot hours")."""

_BOOKS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|pls)\W+)*(?:(?:i|we)(?: would|['’]d| am|['’]m)? (?:want|need|like|wanna|trying)"
    r"(?: to)? |(?:can|could) (?:i|we|you) (?:please )?)?(?:schedule|book|arrange|set up|request)\b(?: \w+){0,3}"
    r" (?:pick ?-?ups?|collections?|removal)\b",
    re.IGNORECASE,
)


_WHAT_TO_DO = re.compile(
    r"(?:\b(?:and|so|but|y|pero)\s+)?\b(?:"
    r"(?:what|who|whom) (?:(?:can|do|should|could|would) (?:i|we)|(?:am|are) (?:i|we) supposed to)"
    r" (?:do|call|tell|contact|ask|report (?:it |this |that )?to|talk to|speak to)(?: about| for| with)?"
    r"|(?:how|where) (?:do|can|should|would) (?:i|we) (?:report|deal with|get rid of|complain about)"
    r"|can (?:you|somebody|someone) help(?: me| us)?(?: with)?"
    r"|qu[eé] (?:(?:puedo|podemos|debo|debemos) hacer|hago|hacemos)(?: con| por)?"
    r"|(?:a )?qui[eé]n (?:le )?(?:llamo|digo|aviso|reporto)|(?:c[oó]mo|d[oó]nde) (?:reporto|denuncio|puedo reportar)"
    r")\b",
    re.IGNORECASE,
)
"""Words that ask what to do about a trouble, which stands beside them."""


def tells_of_trouble(words: str) -> bool:
    """Whether words state that something is there, broken or was missed, and ask for no information."""
    if words.rstrip().endswith("?"):
        return False
    return _TELLS.search(words) is not None or (_STATES.search(words) is not None and not ASKS_FOR.search(words))


_LEADS_TO_A_NUMBER = re.compile(
    r"[,.;]?\s*(?:\b(?:and|y) )?\b(?:(?:my|our|mi|the|best) )?"
    r"(?:(?:cell|phone|contact|home|work|telephone|callback|celular|tel[eé]fono|number|n[uú]mero) ?){1,3}"
    r"(?:is|es|at|:)?\s*$",
    re.IGNORECASE,
)


def without_own_number(words: str) -> str:
    """Words without the telephone number that goes with them, which says nothing of what they want."""
    phone = read_contact(words).phone
    if phone is None or phone.evidence is None:
        return words
    rest = f"{_LEADS_TO_A_NUMBER.sub('', words[: phone.evidence.start])} {words[phone.evidence.end :]}"
    return rest if any(map(str.isalpha, rest)) else words


def books(words: str) -> bool:
    """Whether words want a collection booked ("i want to schedule a pickup for an old mattress")."""
    return _BOOKS.search(words) is not None


def trouble_asked_about(question: str) -> str | None:
    """The trouble in a question what to do about it ("no hot water what can i do"), None if it asks something else."""
    if not _WHAT_TO_DO.search(question):
        return None
    return " ".join(_WHAT_TO_DO.sub(" ", question).strip(" ?.,!¿").split()) or None


def said_elsewhere(words: str, language: str) -> frozenset[str]:
    """What words of another language than English do, by how they are put: `asks`, `wants_work`, `tells`, `whom` and
    `wants`, as the lexicon of questions says."""
    plain = plainly(words)
    return frozenset(name for name, pattern in _elsewhere().get(language, {}).items() if pattern.search(plain))


def states_elsewhere(words: str, language: str) -> bool:
    """Whether words of another language than English state that something is wrong or want it done, and ask nothing."""
    said = said_elsewhere(words, language)
    return "asks" not in said and bool(said & {"tells", "wants_work"})


@lru_cache(maxsize=1)
def _elsewhere() -> dict[str, dict[str, re.Pattern[str]]]:
    content = yaml.load(ELSEWHERE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {
        language: {name: re.compile("|".join(map(_plain, forms))) for name, forms in kinds.items()}
        for language, kinds in content.items()
    }


def _plain(pattern: str) -> str:
    """A pattern without accents; its ASCII letters stay, for some of them are signs."""
    return "".join(letter if letter.isascii() else plainly(letter) for letter in pattern)
