"""Cuts a message into pieces that may be requests of their own, and tells whether each asks, tells or thanks."""

import re
from enum import StrEnum

from assistant.plain import plainly
from tools.location import Span
from tools.value import Value

LONGEST = 1_200
"""A message longer than this is read as one request: splitting it would cost more time than a turn has."""

LOOKING = 250
"""Characters at either end of a piece that tell what it does."""

MOST_PIECES = 10
FEWEST_WORDS = 3

_ASKING = (
    r"what|whats|when|whens|where|wheres|who|whom|whos|which|how|hows|why|is there|are there|is it|is the|"
    r"are the|are you|are we|is this|"
    r"do i|do you|do we|do they|does|did|can i|can we|can my|can you|could you|could i|may i|should i|"
    r"should we|am i|will|would|was|were|has|have you|have they|"
    r"do \w+ (?:\w+ )*(?:need|count|get|have)|cuando|donde|como|cual|cuales|cuanto|cuanta|cuantos|por que|"
    r"quien|puedo|puede|pueden|hay que|"
    r"quando|onde|quanto|qual|posso|quem|kile|kibo|ki kote|kijan|konbyen|kiyes|eske|poukisa|quand|comment|"
    r"combien|ou est|est ce|puis je|pourquoi|qui|"
    r"khi nao|o dau|lam sao|bao nhieu|tai sao|kuandu|undi|modi|kantu|goorma|xagee|sidee|imisa|когда|где|как|"
    r"сколько|почему|можно ли|кто|"
    r"متى|اين|كيف|كم|هل|لماذا"
)
_MARK = (
    r"also|and also|oh and|oh also|plus|and then|another thing|one more thing|on another note|separately|"
    r"in addition|additionally|on top of that|"
    r"btw|by the way|while (?:you(?:'?re)?|u|ur|youre)(?: are)? at it|second(?:ly)?|lastly|as well as|tambien|"
    r"y tambien|ademas|otra cosa|por otro lado|"
    r"tambem|alem disso|outra coisa|anplis|epitou|lot bagay|aussi|de plus|en plus|autre chose|ngoai ra|"
    r"va cung|tanbe|waliba|sidoo kale|"
    r"а еще|еще|также|кроме того|وايضا|وأيضا|كذلك"
)
_THEN = r"there|theres|there's|the|my|our|someone|somebody|hay|la|el|mi|un|una|tem|gen|il y a"
_END = r"(?:(?<=[^\W\d_])|(?<=[\d)\]'\"”]))[.!?]+(?=\s|$)|[。！？؟；;\n]+"
_BREAK = re.compile(
    rf"(?P<end>{_END})"
    rf"|(?P<mark>[\s]*[,(-]\s*(?=(?:{_MARK})\b)|(?<=[.!?;])\s+(?=(?:{_MARK})\b)|"
    rf"\s+(?=(?:{_MARK})\b,?\s+(?:{_THEN}|{_ASKING})\b))"
    rf"|(?P<asks>,?\s+(?:and|y|e|ak|et|i|va|и|و)\s+(?=(?:{_ASKING})\b)|,\s*(?=(?:{_ASKING})\b))"
    rf"|(?P<then>(?<!\boh),?\s+(?:and|y|e|ak|et)\s+(?=(?:{_THEN})\b)|,\s+(?=(?:hay|theres|there's|there is|"
    rf"there are)\b))"
    r"|(?P<chinese>[，,、]\s*(?=另外|还有|還有|同时|同時|顺便|順便|而且|请问|請問))"
    r"|(?P<listed>(?:^|(?<=\s))(?=(?:\(?\d[).]|(?:question|issue|item|problem|request)\s*#?\d\s*[:.)])\s))"
)
_OPENING = re.compile(
    rf"^\W*(?:and\s+|y\s+|but\s+|so\s+|oh\s+)?(?:(?:{_MARK})\b\W*)?(?:hi|hello|hey|please|pls|"
    rf"hola)?\W*(?:{_ASKING})\b"
)
_MARKED = re.compile(rf"^\W*(?:\w+\W+){{0,3}}?(?:(?:{_MARK})\b|另外|还有|還有|同时|同時|顺便|順便)")
_LISTED = re.compile(r"^\W*(?:\d[).]|(?:question|issue|item|problem|request)\s*#?\d)")
_FIRST = re.compile(r"(?:^|\s)\(?(?:\w+ ?#?)?1[).:]\s")
_NEXT = re.compile(r"\s\(?(?:\w+ ?#?)?2[).:]\s")
_CHINESE_ASKS = re.compile(r"请问|請問|怎么|怎麼|什么时候|什麼時候|哪里|哪裡|多少|吗|嗎|如何|几点|幾點|[?？]$")
_REFERS = re.compile(
    r"\b(?:it|its|it's|this|that|thats|that's|these|those|they|theyre|them|him|her|he|she|eso|esto|esta|este|"
    r"lo|isso|isto|sa a|li|cela|ca|это|его|их)\b"
)
_BEGINS_WITH_REFERENCE = re.compile(
    r"^\W*(?:and |also |plus |but |so |please )*(?:it|its|it's|this|that|thats|that's|these|those|they|theyre|"
    r"they're|he|she|which|who|eso|esto|isso|se|li|yo|это|они|он)\b"
)
_ABOUT_BEFORE = re.compile(
    r"\b(?:who (?:do|should|can) (?:i|we) (?:tell|call|contact|report|talk)|what (?:can|should) (?:be done|"
    r"i do|we do)|can (?:you|someone|somebody|anyone|the city|we)|"
    r"could (?:you|someone|somebody|the city|we)|will (?:you|someone|anyone|the city)|would (?:you|someone)|"
    r"when (?:will|is someone|are you)|"
    r"is (?:anyone|anybody|someone|there any)|how (?:long|many times|is this)|why|what (?:is|are) (?:you|"
    r"the city) doing|que hago|a quien (?:le )?(?:llamo|aviso|digo|reporto)|pueden|puede|"
    r"(?:ki moun|kiyes) (?:pou|mwen|m)(?: m)? (?:rele|avize|di|ka rele)|ki ?sa (?:pou )?(?:m|mwen) (?:dwe )?fe|"
    r"(?:a|para|pra) quem (?:eu )?(?:ligo|aviso|falo|reclamo)|o que (?:eu )?(?:faco|devo fazer)|"
    r"qui (?:appeler|prevenir|contacter)|que (?:faire|dois-je faire)|goi ai|bao (?:cho )?ai|(?:thi )?lam sao|"
    r"ken (?:ki )?n (?:ta|debe) (?:txoma|avisa|fla)|kuze (?:ki )?n ta faze|yaan (?:u sheegaa|wacaa)|maxaan sameeyaa|"
    r"кому (?:сообщить|звонить)|куда (?:звонить|обратиться|сообщить)|что (?:мне )?делать)\b"
    r"|بمن اتصل|من ابلغ|ماذا افعل|找谁|找誰|跟谁说|跟誰說|打给谁|打給誰|怎么办|怎麼辦"
)
_ONLY_A_PLACE = re.compile(
    r"^\W*(?:it'?s |thats |and )?(?:(?:right )?(?:at|on|in|near|by|behind|outside|in front of|across from|corner of|"
    r"en|frente a|cerca de|esquina de|na|nan|devan|sou|em|perto de) )?(?:the )?(?:corner of |esquina de )?"
    r"(?:\d+[\w-]* [\w' ]{2,40}|[\w' ]{3,40} (?:&|and|y|e|ak) [\w' ]{3,40}|[\w' ]{3,30} (?:st|street|ave|avenue|rd|"
    r"road|dr|drive|blvd|pkwy|hwy|sq|square|park|station|playground|pl|ct|ter|way|lane|ln)(?: [\w' ]{2,20})?)\W*$"
)
_SAYS_MORE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|isnt|arent|needs?|there|theres|somebody|someone|not|no|out|broken|again|since|"
    r"please|hay|esta|estan|no|tem|gen|days?|hours?|weeks?|months?|people|cars?|bags?|dogs?|trees?|lights?)\b"
)
_SMALL_TALK = re.compile(
    r"\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear \w+|thanks?|thank you|thx|ty|please|pls|"
    r"much appreciated|appreciate it|have a (?:good|nice|great) \w+|"
    r"that'?s all|that is all|all the best|best|regards|sincerely|hola|buen[oa]s \w+|gracias|muchas gracias|"
    r"por favor|saludos|oi|ola|bom dia|obrigad[oa]|bonjou|bonjour|mesi|merci|"
    r"so much|in advance|very much|again|311|bos ?311|boston|team|everyone|there|all|for your (?:help|time|"
    r"attention)|help|asap|urgent|"
    r"(?:i have )?(?:a )?(?:couple(?: of)?|few|two|three|2|3|several|dos|tres|varias) (?:things|questions|"
    r"issues|problems|requests|cosas|preguntas|problemas)|cam on|xin chao|谢谢|謝謝|你好|您好|شكرا|спасибо|"
    r"здравствуйте)(?!\w)\W*)+"
)


class Does(StrEnum):
    """What a piece of a message does."""

    ASKS = "asks"
    TELLS = "tells"
    SMALL_TALK = "small_talk"


class Piece(Value):
    """A piece of a message. `marked` begins with "also" and the like, `listed` with a number.

    `refers` leans on what was said before ("can you fix it", "at 12 Perham St"), so that it cannot be a request of its
    own.
    """

    span: Span
    does: Does
    marked: bool = False
    listed: bool = False
    refers: bool = False

    @property
    def short(self) -> bool:
        """Too few words to be a request next to others."""
        words = self.span.quote.split()
        return (len(words) < FEWEST_WORDS and len(self.span.quote) < 4 * FEWEST_WORDS) or not any(
            map(str.isalnum, self.span.quote)
        )


def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces in order, without white space around them; one for the whole of a very long or an app-form text."""
    whole = _trimmed(text, 0, len(text))
    if len(text) > LONGEST or "|" in text:
        return (_piece(whole),)
    plain = plainly(text)
    spans, start = [], 0
    numbered = _FIRST.search(plain) and _NEXT.search(plain)
    for match in _BREAK.finditer(plain):
        if match["listed"] is not None and not numbered:
            continue
        if match.end() > start:
            spans.append(_trimmed(text, start, match.end() if match["end"] else match.start()))
            start = match.end()
    spans.append(_trimmed(text, start, len(text)))
    found = _with_loose_ends(text, [_piece(span) for span in spans if span.quote])
    return tuple(found) if 1 <= len(found) <= MOST_PIECES else (_piece(whole),)


def _with_loose_ends(text: str, found: list[Piece]) -> list[Piece]:
    """A piece that is only "also" or a broken-off beginning belongs to the one after it."""
    kept: list[Piece] = []
    for piece in found:
        if kept and kept[-1].short and kept[-1].marked and not piece.marked:
            piece = _piece(Span.of(text, kept.pop().span.start, piece.span.end))
        kept.append(piece)
    return kept


def _piece(span: Span) -> Piece:
    plain = plainly(span.quote[:LOOKING] + span.quote[LOOKING:][-LOOKING:])
    if len(plain) < LOOKING and _SMALL_TALK.fullmatch(plain):
        return Piece(span=span, does=Does.SMALL_TALK)
    bare = plain.replace("'", "")
    asks = _OPENING.search(bare) or plain.rstrip(" )\"'").endswith(("?", "？", "؟")) or _CHINESE_ASKS.search(plain)
    leans = (_REFERS.search(bare) or _ABOUT_BEFORE.search(bare)) if asks else _leans(bare)
    return Piece(
        span=span,
        does=Does.ASKS if asks else Does.TELLS,
        marked=_MARKED.search(plain) is not None,
        listed=_LISTED.search(plain) is not None,
        refers=bool(leans),
    )


def _leans(bare: str) -> bool:
    """Whether a statement begins with a reference to what was said before, or only says where that is."""
    only_place = _ONLY_A_PLACE.search(bare) is not None and _SAYS_MORE.search(bare) is None
    return only_place or _BEGINS_WITH_REFERENCE.search(bare) is not None


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(" \t\r\n,-"))
    return Span.of(text, start + left, max(start + left, end - (len(piece) - len(piece.rstrip()))))
