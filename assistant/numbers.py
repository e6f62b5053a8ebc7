"""Numbers as residents write them, in figures or in the words of several languages."""

_WORDS = {
    1: "a an one un una uno um uma youn yon mot",
    2: "two dos dois duas de hai couple pair par",
    3: "three tres twa ba",
    4: "four cuatro quatro kat bon",
    5: "five cinco senk nam",
    6: "six seis sis sau",
    7: "seven siete sete set bay",
    8: "eight ocho oito uit tam",
    9: "nine nueve nove nef chin",
    10: "ten diez dez dis muoi",
    11: "eleven once",
    12: "twelve dozen doce docena",
    15: "fifteen quince quinze",
    20: "twenty veinte vinte",
    30: "thirty treinta trinta",
}
_VALUES = {word: value for value, words in _WORDS.items() for word in words.split()}
_OF = "(?:a |una |um |uma )?(?:couple(?: of)?|pair of|par de|dozen|docena de|docena)"
IN_WORDS = rf"(\d{{1,4}}(?:\.\d{{1,2}})?|{_OF}|" + "|".join(sorted(_VALUES, key=lambda word: (-len(word), word))) + ")"
"""A pattern for a number, as one group; it is matched on lower case without accents."""


def number_of(words: str) -> int | float | None:
    """What a number says; None for what is none."""
    said = words.strip().removesuffix(" of").removesuffix(" de")
    if said.replace(".", "", 1).isdigit():
        value = float(said)
        return int(value) if value.is_integer() else value
    return _VALUES.get(said) or _VALUES.get(said.split()[-1])
