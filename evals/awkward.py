"""Generates awkward texts that no resident writes but a machine may send, to bound the time that reading takes."""

import base64
import json
import random

LENGTH = 4_000
"""Characters of the longest message that is read."""


def awkward_texts() -> dict[str, str]:
    """A text of the greatest length for every kind of awkwardness, the same in every run."""
    draw = random.Random(311)
    noise = draw.randbytes(LENGTH)
    row = {"service": "pothole", "where": "10 Main Street", "note": "hole, deep", "open": True}
    repeated = {
        "one word": "a",
        "one long word of letters": "pothole",
        "commas": "a, ",
        "English words again and again": "the street light on the corner is out and ",
        "street names again and again": "Washington St and Centre St near Main St ",
        "house numbers again and again": "12 Beacon St, 14 Park St, ",
        "questions again and again": "when is trash day? ",
        "sentences again and again": "there is a pothole. the light is out. ",
        "words of danger again and again": "fire gas smell wire down ",
        "figures": "617 555 0100 ",
        "emoji": "\U0001f525",
        "HTML": '<div class="a"><p>trash &amp; more</p></div>',
        "mixed scripts": "trash basura 垃圾 мусор قمامة ",
        "bidirectional marks": "a\u202eb\u202c ",
        "control characters": "a\x00\x07b ",
        "line breaks": "a\n",
        "capital letters and figures": "F1RE ",
        "colons": "Label: [value] ",
    }
    texts = {name: (part * LENGTH)[:LENGTH] for name, part in repeated.items()}
    texts["base64"] = base64.b64encode(noise).decode()[:LENGTH]
    texts["JSON"] = json.dumps([row] * 100)[:LENGTH]
    texts["random letters"] = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz ,.", k=LENGTH))
    return texts
