"""Cuts a message into pieces that may be requests of their own, and tells whether each asks, tells or thanks."""

import re
from enum import StrEnum

from assistant.denials import only_denies
from assistant.plain import UNSPACED, plainly
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
    r"should we|am i|"
    r"(?:will|would|was|were|has|have|had) (?:the|my|our|your|this|that|these|there|it|i|we|you|they|he|she|any\w*|"
    r"some\w*|\w+ ever)|"
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
_THEN = r"there|theres|there's|the|my|our|someone|somebody|another|hay|la|el|mi|un|una|otro|otra|tem|gen|il y a"
_STREET = (
    r"(?:st|street|ave|avenue|rd|road|dr|drive|blvd|pkwy|hwy|sq|square|park|station|playground|pl|ct|ter|way|lane|ln)"
)
_ONE_MORE = (
    r"(?:(?:another|the other|a second|the second)(?: one)?|one(?: more)?|otr[oa]|un[oa]) (?:is |esta )?"
    r"(?:at|on|in|by|near|in front of|outside|corner of|en|frente a|cerca de)\b"
)
"""How words begin that tell of the same thing in another place."""

_SAME_ELSEWHERE = re.compile(rf"\W*(?:(?:and|y|plus)\s+)?{_ONE_MORE}")

_END = r"(?:(?<=[^\W\d_])|(?<=[\d)\]'\"”]))[.!?]+(?=\s|$)|[。！？؟；;\n]+"
_BREAK = re.compile(
    rf"(?P<end>{_END})"
    rf"|(?P<mark>[\s]*[,(-]\s*(?=(?:{_MARK})\b)|(?<=[.!?;])\s+(?=(?:{_MARK})\b)|"
    rf"\s+(?=(?:{_MARK})\b,?\s+(?:{_THEN}|{_ASKING})\b))"
    rf"|(?P<asks>,?\s+(?:and|y|e|ak|et|va|и|و)\s+(?=(?:{_ASKING})\b)|,?\s+i\s+(?=(?:kuandu|undi|modi|kantu|kenha|kuse)\b)|,\s*(?=(?:{_ASKING})\b))"
    rf"|(?P<then>(?<!\boh),?\s+(?:and|y|e|ak|et)\s+(?=(?:{_THEN})\b)|,\s+(?=(?:hay|theres|there's|there is|"
    rf"there are)\b)|,?\s+(?:and|y|plus)\s+(?={_ONE_MORE}))"
    r"|(?P<chinese>[，,、]\s*(?=另外|还有|還有|同时|同時|顺便|順便|而且|请问|請問))"
    r"|(?P<listed>(?:^|(?<=\s))(?=(?:\(?\d[).]|(?:question|issue|item|problem|request)\s*#?\d\s*[:.)])\s))"
)
_OPENING = re.compile(
    rf"^\W*(?:and\s+|y\s+|but\s+|so\s+|oh\s+)?(?:(?:{_MARK})\b\W*)?(?:hi|hello|hey|please|pls|"
    rf"hola)?\W*(?:{_ASKING})\b"
)
_MARKED = re.compile(rf"^\W*(?:\w+\W+){{0,3}}?(?:(?:{_MARK})\b|另外|还有|還有|同时|同時|顺便|順便)")
_ANOTHER_PLACE = re.compile(
    r"^\W*(?:(?:and|y|plus)\s+)?(?:"
    r"(?:another|a second|one more|otr[oa])\b.*(?:\b\d{1,5}\s+[a-z]{2,}|\b(?:corner of|esquina de)\b)"
    rf"|{_ONE_MORE}.*(?:\b\d{{1,5}}\s+[a-z]{{2,}}|\b{_STREET}\b|\b(?:corner of|esquina de)\b))"
)
_DID_NOT_COME = re.compile(r"\bthey (?:didnt|did not|never|missed|skipped|forgot|havent|have not|wont)\b")
_MARKS_BEFORE = re.compile(r"^\W+(?=\W)")
"""All but one of the marks and emoji before the first word, over which the patterns would go again and again."""

_LISTED = re.compile(r"^\W*(?:\d[).]|(?:question|issue|item|problem|request)\s*#?\d)")
_FIRST = re.compile(r"(?:^|\s)\(?(?:\w+ ?#?)?1[).:]\s")
_NEXT = re.compile(r"\s\(?(?:\w+ ?#?)?2[).:]\s")
_MANY = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "dois": 2,
    "duas": 2,
    "de": 2,
    "twa": 3,
}
_ANNOUNCED = re.compile(
    r"^(?:\W*\w+(?!\w)){0,8}?\W*\b"
    r"(\d|two|three|four|five|a few|few|several|couple(?: of)?|dos|tres|cuatro|varias|dois|duas|de|twa)"
    r" (?:\w+ )?(?:things|problems|issues|reports|requests|complaints|items|cosas|problemas|quejas|reportes|coisas"
    r"|bagay|pwoblem)\b[^:.!?]{0,60}:\s"
)
_ITEM = re.compile(r"\s*(?:[;\n]|,(?!\s*\d))\s*(?:(?:and|also|y|tambien|e|ak|epi)\s+)?(?:\(?\d[.)]\s*)?")
_CHINESE_ASKS = re.compile(r"请问|請問|怎么|怎麼|什么时候|什麼時候|哪里|哪裡|多少|吗|嗎|如何|几点|幾點|[?？]$")
_REFERS = re.compile(
    r"\b(?:it|its|it's|this|that|thats|that's|these|those|they|theyre|them|him|her|he|she|eso|esto|esta|este|"
    r"lo|isso|isto|sa a|li|cela|ca|это|его|их)\b"
)
_BEGINS_WITH_REFERENCE = re.compile(
    r"^\W*(?:and |also |plus |but |so |please )*(?:it|its|it's|this|that|thats|that's|these|those|they|theyre|"
    r"they're|he|she|which|who|eso|esto|isso|se|li|yo|это|они|он)\b"
)
_GOES_ON = re.compile(
    r"^\W*(?:(?:at|between|behind|beside|next to|across from|opposite|by|near|located|just past|right (?:by|at|near))\b"
    r"(?!.*\b(?:is|are|has|was|there|theres|isn't|isnt)\b)|(?:now|still|and now|currently)\s+\w+ing\b"
    r"|(?:been|run over|hit by|caused by|looks like|looks to be|seems|has been|have been|needs to|need to be)\b)"
)
"""How words begin that only make sense after what was said before ("at the bottom of the stairs")."""

_PLEASE_DO = re.compile(
    r"^\W*(?:please|pls|kindly|por favor|favor de)\b.*\b(?:this|that|it|them|these|those|him|her|us|lo|la|los|las)\b"
)
_ABOUT_BEFORE = re.compile(
    r"\b(?:who (?:do|should|can) (?:i|we) (?:tell|call|contact|report|talk)|what (?:can|should) (?:be done|"
    r"i do|we do)|can (?:you|someone|somebody|anyone|the city|we)|"
    r"could (?:you|someone|somebody|the city|we)|"
    r"(?:can|could|will|would) (?:\w+ ){1,3}(?:come|please|remove|fix|clean|pick|send|look|take|address|repair|check)|"
    r"will (?:you|someone|anyone|the city)|would (?:you|someone)|"
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
_SOME = r"[a-z']+(?: [a-z']+){0,2}"
_ONLY_A_PLACE = re.compile(
    r"^\W*(?:it'?s |thats |and )?(?:"
    r"(?:(?:right )?(?:at|on|in|near|by|behind|outside|in front of|across from|corner of|en|frente a|cerca de|"
    r"esquina de|na|nan|devan|sou|em|perto de) (?:the )?(?:corner of |esquina de )?"
    rf"(?:\d+[\w-]* {_SOME}|{_SOME} (?:&|and|y|e|ak) {_SOME}|{_SOME} {_STREET}(?: {_SOME})?))"
    rf"|\d+[\w-]* {_SOME} {_STREET}(?: {_SOME})?|{_SOME} {_STREET} (?:&|and|y) {_SOME}"
    r")\W*$"
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
    own. `seeks` asks for something that can be told, rather than for work on what was said.
    """

    span: Span
    does: Does
    marked: bool = False
    listed: bool = False
    refers: bool = False
    seeks: bool = False

    @property
    def short(self) -> bool:
        """Too few words to be a request next to others."""
        quote = self.span.quote
        words = len(quote.split()) + len(UNSPACED.findall(quote)) // 2
        return (words < FEWEST_WORDS and len(quote) < 4 * FEWEST_WORDS) or not any(map(str.isalnum, quote))


def _list_of(text: str, plain: str) -> list[Piece]:
    """The things of a list that is announced with their number ("3 things at the park: ..."); none if they are not so
    many. The announcement itself asks for nothing; a place that it names is found in the whole message."""
    announced = _ANNOUNCED.match(plain)
    if announced is None:
        return []
    starts = [announced.end(), *(announced.end() + each.end() for each in _ITEM.finditer(plain[announced.end() :]))]
    ends = [*(announced.end() + each.start() for each in _ITEM.finditer(plain[announced.end() :])), len(text)]
    items = [_trimmed(text, start, end) for start, end in zip(starts, ends, strict=True)]
    said = _MANY.get(announced[1]) or (int(announced[1]) if announced[1].isdigit() else None)
    if not 2 <= len(items) <= MOST_PIECES or (said and len(items) != said):
        return []
    return [_piece(span).model_copy(update={"listed": True}) for span in items]


def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces in order, without white space around them; one for the whole of a very long or an app-form text."""
    whole = _trimmed(text, 0, len(text))
    if len(text) > LONGEST or "|" in text:
        return (_piece(whole),)
    plain = plainly(text)
    if listed := _list_of(text, plain):
        return tuple(listed)
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


def is_the_same_elsewhere(words: str) -> bool:
    """Whether words tell of what was told before them in another place ("and one at 12 Perham St")."""
    return _SAME_ELSEWHERE.match(plainly(words)) is not None


def _piece(span: Span) -> Piece:
    plain = plainly(span.quote[:LOOKING] + span.quote[LOOKING:][-LOOKING:])
    if len(plain) < LOOKING and (_SMALL_TALK.fullmatch(plain) or only_denies(span.quote)):
        return Piece(span=span, does=Does.SMALL_TALK)
    plain = _MARKS_BEFORE.sub("", plain)
    bare = plain.replace("'", "")
    asks = _OPENING.search(bare) or plain.rstrip(" )\"'").endswith(("?", "？", "؟")) or _CHINESE_ASKS.search(plain)
    leans = _GOES_ON.search(bare) or (
        (_REFERS.search(bare) or _ABOUT_BEFORE.search(bare)) if asks else (_leans(bare) or _PLEASE_DO.search(bare))
    )
    return Piece(
        span=span,
        does=Does.ASKS if asks else Does.TELLS,
        marked=_MARKED.search(plain) is not None or _ANOTHER_PLACE.search(plain) is not None,
        listed=_LISTED.search(plain) is not None,
        refers=bool(leans),
        seeks=bool(asks) and not _ABOUT_BEFORE.search(bare),
    )


def _leans(bare: str) -> bool:
    """Whether a statement begins with a reference to what was said before, or only says where that is."""
    only_place = _ONLY_A_PLACE.search(bare) is not None and _SAYS_MORE.search(bare) is None
    reference = _BEGINS_WITH_REFERENCE.search(bare) is not None and _DID_NOT_COME.search(bare) is None
    return only_place or reference


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(" \t\r\n,-"))
    return Span.of(text, start + left, max(start + left, end - (len(piece) - len(piece.rstrip()))))
