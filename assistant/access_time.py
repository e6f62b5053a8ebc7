"""Reads when somebody may come to a home ("weekdays before noon"), with the words that say so."""

import re

from tools.draft import Field, Source
from tools.location import Span

_DAY = (
    r"mon(?:day)?s?|tue(?:s(?:day)?)?s?|wed(?:nesday)?s?|thu(?:rs(?:day)?)?s?|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?|"
    r"lunes|martes|miercoles|jueves|viernes|sabados?|domingos?"
)
_CLOCK = r"(?:noon|midday|mediodia|\d{1,2}(?::\d\d)? ?(?:am|pm|a\.m\.?|p\.m\.?|de la (?:manana|tarde|noche)|o'?clock)?)"
_PIECE = (
    rf"any ?time|any ?day|all day|whenever|weekdays?|weekends?|week ?nights?|every ?day|tomorrow|"
    rf"mornings?|afternoons?|evenings?|nights?|(?:{_DAY})|"
    rf"(?:after|before|until|till|by|from|between|around|at) (?:work|school|{_CLOCK})"
    rf"(?: ?(?:-|to|and|until|till) ?{_CLOCK})?|{_CLOCK} ?(?:-|to|until|till|a|hasta) ?{_CLOCK}|"
    rf"\d{{1,2}}(?::\d\d)? ?(?:am|pm)|"
    rf"cualquier (?:hora|dia|momento)|entre semana|fines? de semana|todo el dia|manana|mananas|tardes?|"
    rf"(?:despues|antes|a partir) de las? {_CLOCK}|de (?:la )?(?:manana|tarde)"
)
_JOINED = r"(?:[ ,]+(?:and|or|on|in|the|to|through|thru|but|por|en|los|las|la|el|de|y|o|que)){0,3}[ ,-]+"
_TIMES = re.compile(rf"(?<!\w)(?:{_PIECE})(?:{_JOINED}(?:{_PIECE}))*(?!\w)")
_OPEN = re.compile(r"any ?(?:time|day)|whenever|week(?:days?|ends?|nights?)|cualquier|entre semana|fines? de semana")
_COMING = re.compile(
    r"\b(?:come|comes|access|available|home|reach|let (?:you|them|him|her|someone|an?) in|inspector|"
    r"inspection|enter|visit|stop by|free|off|around|schedule|appointment|venir|vengan|pasar|pasen|entrar|disponible|"
    r"en casa|visita)\b"
)


def access_time(text: str, plain: str, *, asked: bool) -> Field | None:
    """The times at which somebody may come; unasked only where the words speak of coming, or of any time."""
    best = max(_TIMES.finditer(plain), key=lambda match: len(match[0]), default=None)
    if best is None or len(best[0]) < 4 or asked:
        return None
    sentence = plain[max(0, best.start() - 60) : best.end() + 40]
    if not _OPEN.search(best[0]) and not _COMING.search(sentence):
        return None
    return Field(
        value=text[slice(*best.span())], confidence=0.75, source=Source.SAID, evidence=Span.of(text, *best.span())
    )
