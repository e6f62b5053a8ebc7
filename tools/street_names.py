"""Street names in one spelling: what residents and records write, brought to the form of the city's address file."""

import re
from functools import lru_cache

SUFFIXES = {
    "street": "St", "st": "St", "str": "St", "strt": "St", "sreet": "St", "stret": "St", "steet": "St",
    "avenue": "Ave", "ave": "Ave", "av": "Ave", "aven": "Ave", "avenu": "Ave", "avnue": "Ave",
    "road": "Rd", "rd": "Rd", "place": "Pl", "pl": "Pl", "terrace": "Ter", "ter": "Ter", "terr": "Ter",
    "court": "Ct", "ct": "Ct", "square": "Sq", "sq": "Sq", "circle": "Cir", "cir": "Cir", "lane": "Ln", "ln": "Ln",
    "drive": "Dr", "dr": "Dr", "boulevard": "Blvd", "blvd": "Blvd", "bvld": "Blvd", "parkway": "Pkwy", "pkwy": "Pkwy",
    "pky": "Pkwy", "highway": "Hwy", "hwy": "Hwy", "alley": "Aly", "aly": "Aly", "plaza": "Plz", "plz": "Plz",
    "wharf": "Wharf", "whf": "Wharf", "park": "Park", "way": "Way", "row": "Row", "path": "Path", "bridge": "Brg",
    "extension": "Ext", "ext": "Ext", "crescent": "Cres", "mall": "Mall", "freeway": "Fwy", "green": "Grn",
    "driveway": "Drwy", "街": "St", "大街": "St", "大道": "Ave", "路": "Rd", "广场": "Sq", "廣場": "Sq",
}  # fmt: skip
"""Street types as people write them, by the short form of the city's records."""

_DIRECTIONS = {"north": "N", "south": "S", "east": "E", "west": "W", "n": "N", "s": "S", "e": "E", "w": "W"}
_ORDINALS = {
    "1st": "First", "2nd": "Second", "3rd": "Third", "4th": "Fourth", "5th": "Fifth", "6th": "Sixth", "7th": "Seventh",
    "8th": "Eighth", "9th": "Ninth", "10th": "Tenth", "11th": "Eleventh", "12th": "Twelfth", "13th": "Thirteenth",
}  # fmt: skip
_NICKNAMES = {
    "mass": "Massachusetts", "comm": "Commonwealth", "com": "Commonwealth", "dot": "Dorchester", "dorch": "Dorchester",
    "harrisson": "Harrison", "saint": "St", "mt": "Mount", "ft": "Fort", "dr": "Dr", "mlk": "Martin Luther King Jr",
    "msgr": "Monsignor", "cummins": "Cummins", "alleghany": "Allegheny",
}  # fmt: skip


WORD = re.compile(r"[一-鿿]+|[^\W_一-鿿]+(?:['’][^\W_一-鿿]+)?", re.UNICODE)
"""A word; Chinese characters are words apart from the Latin letters and digits they stand beside."""


@lru_cache(maxsize=20_000)
def street_key(name: str) -> str:
    """The name to compare by: lower case, one spelling of type, direction and number words ("mass ave" ->
    "massachusetts ave")."""
    words = [word.replace("’", "'").replace("'", "") for word in WORD.findall(name.replace(".", " ").casefold())]
    named_for_it = len(words) < 2 or (len(words) == 2 and words[1] in SUFFIXES)
    spelled = [
        _DIRECTIONS[word].casefold()
        if word in _DIRECTIONS and place in (0, len(words) - 1) and not named_for_it
        else _spelled(word, place, len(words))
        for place, word in enumerate(words)
    ]
    return " ".join(spelled).casefold()


def _spelled(word: str, place: int, count: int) -> str:
    last = place == count - 1
    if last and count > 1 and word in SUFFIXES:
        return SUFFIXES[word]
    if word in _ORDINALS:
        return _ORDINALS[word]
    return _NICKNAMES.get(word, word) if not last or count == 1 else word


@lru_cache(maxsize=20_000)
def openers(word: str) -> tuple[str, ...]:
    """The words that a compared name may begin with where a written one begins with this word."""
    word = word.replace("’", "'").replace("'", "")
    spelled = (_DIRECTIONS.get(word), _ORDINALS.get(word), _NICKNAMES.get(word), SUFFIXES.get(word))
    return (word, *(each.casefold().split()[0] for each in spelled if each))


def base_of(key: str) -> str:
    """A street's key without its type: "dudley st" -> "dudley"."""
    words = key.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in TYPES else key


def core_of(key: str) -> str:
    """A street's key without its type and its direction: "w third st" -> "third", "charles st s" -> "charles"."""
    words = key.split()
    if len(words) > 1 and words[-1] in _POINTS:
        words = words[:-1]
    words = base_of(" ".join(words)).split()
    if len(words) > 1 and words[0] in _POINTS:
        words = words[1:]
    return " ".join(words)


def last_name(key: str) -> str | None:
    """The last name of the person whom a street is named after, told by an initial; None if it is not named so:
    "james j storrow memorial dr" -> "storrow"."""
    words = [word for word in base_of(key).split() if word not in ("memorial", "jr")]
    initials = [word for word in words[1:-1] if len(word) == 1]
    return words[-1] if initials and len(words[-1]) > SHORTEST_LAST_NAME else None


SHORTEST_LAST_NAME = 3
_POINTS = frozenset(short.casefold() for short in _DIRECTIONS.values())
TYPES = frozenset(short.casefold() for short in SUFFIXES.values())
"""Every street type in its compared form."""
