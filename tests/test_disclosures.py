"""Sensitive disclosures: heard in every language, answered once with the right numbers, and kept out of the case."""

import logging

import httpx
import pytest

from assistant.disclosures import LEFT_OUT, Disclosure, disclosed, without_status
from assistant.wording import load_wording
from tests.web import resident

CHILD, ABUSE, STATUS, DEAF = Disclosure.CHILD, Disclosure.ABUSE, Disclosure.STATUS, Disclosure.DEAF
HEARD = [
    (CHILD, "my neighbor hits her kids"),
    (CHILD, "i think the little boy next door is being neglected"),
    (CHILD, "how do i report child abuse"),
    (CHILD, "mi vecina golpea a sus hijos"),
    (CHILD, "le voisin frappe ses enfants"),
    (CHILD, "邻居打孩子"),
    (CHILD, "сосед бьёт ребёнка"),
    (CHILD, "vwazen an bat pitit li"),
    (ABUSE, "my husband hits me"),
    (ABUSE, "where do i get help with domestic violence"),
    (ABUSE, "mi esposo me pega"),
    (ABUSE, "meu marido me bate"),
    (ABUSE, "丈夫打我"),
    (ABUSE, "chồng tôi đánh tôi"),
    (STATUS, "i'm undocumented, can i still report a pothole"),
    (STATUS, "will you tell immigration about me"),
    (STATUS, "soy indocumentado, hay un bache"),
    (STATUS, "no tengo papeles"),
    (STATUS, "não tenho papéis"),
    (STATUS, "m pa gen papye"),
    (STATUS, "我没有身份"),
    (STATUS, "у меня нет документов"),
    (DEAF, "I'm deaf, how do i reach you"),
    (DEAF, "im hard of hearing"),
    (DEAF, "soy sordo"),
    (DEAF, "no puedo oír"),
    (DEAF, "sou surda"),
    (DEAF, "je suis sourde"),
    (DEAF, "tôi bị điếc"),
    (DEAF, "我听不见"),
    (DEAF, "я глухая"),
    (DEAF, "أنا أصم"),
]
NOT_DISCLOSED = [
    "kids could get hurt on that swing",
    "a car hit the children sign",
    "the branch hit the kids playground",
    "there is black ice, call ice control",
    "the sidewalk has not been cleared of ice",
    "need a deaf child sign on my street",
    "trash is left alone on the corner",
    "i dont have a recycling cart",
    "my papers blew all over the street",
    "how do i get a marriage license",
    "el niño pega carteles en el poste",
    "where is the immigrant services office",
    "the street light was hit by a truck",
]


@pytest.mark.parametrize(("kind", "text"), HEARD, ids=[text for _, text in HEARD])
def test_a_disclosure_is_heard(kind: Disclosure, text: str) -> None:
    assert disclosed(text) == (kind,)


@pytest.mark.parametrize("text", NOT_DISCLOSED)
def test_ordinary_words_disclose_nothing(text: str) -> None:
    assert disclosed(text) == ()


def test_an_immigration_status_is_left_out_and_all_else_is_kept() -> None:
    told = without_status("Soy indocumentada. Hay un bache en la calle Centre")

    assert told == f"{LEFT_OUT}. Hay un bache en la calle Centre"
    assert without_status("Big pothole, café side") == "Big pothole, café side"


async def test_the_sentence_comes_once_and_the_reply_with_it(api: httpx.AsyncClient) -> None:
    who = await resident(api)

    first = await who.say("how do i report child abuse")
    again = await who.say("the kids next door are left alone every night")

    told = " ".join(reply["text"] for reply in first["replies"])
    assert load_wording().say("care_child", "en") in told
    assert "1-800-792-5200" not in " ".join(reply["text"] for reply in again["replies"])
    assert first["case"] is None


async def test_somebody_deaf_is_offered_text_and_relay(api: httpx.AsyncClient) -> None:
    told = await (await resident(api)).say("soy sordo, no puedo llamar")

    said = " ".join(reply["text"] for reply in told["replies"])
    assert "711" in said
    assert "AGENT" in said
    assert "por escrito" in said


async def test_danger_is_answered_alone(api: httpx.AsyncClient) -> None:
    told = await (await resident(api)).say("my husband hits me and he has a gun right now, he is going to kill me")

    assert told["outcome"] == "emergency"
    assert "SafeLink" not in " ".join(reply["text"] for reply in told["replies"])


async def test_a_case_holds_no_immigration_status_and_no_log_tells_of_it(
    api: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who = await resident(api)
    turn = await who.say("im undocumented. there is a big pothole in the street at 100 Perham St, West Roxbury")
    said = " ".join(reply["text"] for reply in turn["replies"])

    for _ in range(6):
        if turn["case"] is not None:
            break
        turn = await who.say("yes" if turn["asking_for"] == "confirmation" else "i don't know")

    told = (await api.get(f"/api/cases/{turn['case']['case_id']}")).text
    assert "617-635-2980" in said
    assert turn["case"] is not None
    assert "undocumented" not in told + str(turn["case"])
    assert "undocumented" not in caplog.text
