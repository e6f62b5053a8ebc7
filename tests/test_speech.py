"""What is written made fit to be heard: numbers digit by digit, no links, no marks, streets by their whole name."""

import pytest

from assistant.wording import load_spoken
from channels.speech import spoken

HEARD = {
    "case number": ("Your case number is B311-000123-4.", "Your case number is B 3 1 1, 0 0 0, 1 2 3, 4."),
    "long case number": ("B311-1234567-4", "B 3 1 1, 1 2 3, 4 5 6, 7, 4"),
    "Creatio's number": ("BCS-12345678", "B C S, 1 2 3 4, 5 6 7 8"),
    "the old system's number": ("101004567890", "1 0 1, 0 0 4, 5 6 7, 8 9 0"),
    "telephone": ("Call 617-635-4500.", "Call 6 1 7, 6 3 5, 4 5 0 0."),
    "telephone in brackets": ("(617) 635-4500", "6 1 7, 6 3 5, 4 5 0 0"),
    "short codes": ("Call 911 or 988, or 311.", "Call 9 1 1 or 9 8 8, or 3 1 1."),
    "house number stays": ("100 Perham St", "100 Perham Street"),
    "corner": ("Tremont St & Boylston St.", "Tremont Street & Boylston Street."),
    "a saint": ("12 St Botolph St, Boston", "12 St Botolph Street, Boston"),
    "zip": ("West Roxbury 02132", "West Roxbury 0 2 1 3 2"),
    "link": ("See https://www.boston.gov/x?y=1 for more.", "See the website for more."),
    "link at the end": ("Please look at boston.gov/311.", "Please look at the website."),
    "mail": ("Write to press@boston.gov now", "Write to press at boston dot gov now"),
    "markdown": ("**Bold** and [a page](https://boston.gov/a) \U0001f600", "Bold and a page"),
    "choice": ("2. Two to four", "For Two to four, press 2."),
    "money and hours": ("It costs $25 from 9 a.m. to 5 p.m.", "It costs $25 from 9 a.m. to 5 p.m."),
}


@pytest.mark.parametrize(("text", "heard"), HEARD.values(), ids=HEARD)
def test_a_line_is_said_as_somebody_would_say_it(text: str, heard: str) -> None:
    assert spoken(text, load_spoken(), "en") == (heard,)


def test_each_line_is_said_on_its_own_and_choices_in_the_language_of_the_call() -> None:
    said = spoken("¿Cuál?\n\n1. Un bache\n2. La acera", load_spoken(), "es")

    assert said == ("¿Cuál?", "Para Un bache, oprima 1.", "Para La acera, oprima 2.")


def test_a_line_is_no_longer_than_a_voice_may_say() -> None:
    assert len(spoken("x " * 5_000, load_spoken(), "en")[0]) <= 4_096
