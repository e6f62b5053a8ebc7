"""Words that are no matter of their own lean on the case just filed, or on the question just answered."""

import pytest

from assistant.bootstrap import Reading
from assistant.engine import Engine
from assistant.outcome import Outcome
from assistant.reading import Asked
from assistant.reading import Reading as Understood
from knowledge.article import Passage
from tests.test_dialogue import Talk

POTHOLE = "theres a pothole at 100 Adams St"


@pytest.fixture
def talk(reading: Reading) -> Talk:
    return Talk(reading)


@pytest.mark.parametrize(
    "more", ["617-555-0134", "its right by the hydrant", "its been there since sunday", "a broken curb too"]
)
async def test_what_only_adds_to_the_case_just_filed_is_offered_to_be_added(talk: Talk, more: str) -> None:
    await talk.all(POTHOLE, "yes")

    offered, done = await talk.all(more, "yes")

    assert offered.outcome is Outcome.READ_BACK
    assert more in offered.replies[0].text
    assert done.outcome is Outcome.CASE_CHANGED


async def test_what_was_seen_is_added_at_the_read_back(talk: Talk) -> None:
    turns = await talk.all("there are rats in the alley behind 55 Queensberry", "i saw 4")

    assert turns[1].outcome is Outcome.READ_BACK
    assert "i saw 4" in turns[1].replies[0].text


async def test_the_apartment_is_read_back(talk: Talk) -> None:
    turns = await talk.all("no heat at 88 Wrentham St apt 2", "no", "mornings", "617 555 0199")

    assert "88 Wrentham St #2, Dorchester" in turns[-1].replies[0].text


async def test_another_trouble_after_a_case_is_a_report_of_its_own(talk: Talk) -> None:
    await talk.all(POTHOLE, "yes")

    other = await talk.say("also theres a dead rat at 12 Perham St")

    assert other.asking_for not in (None, "question_choice")
    assert talk.conversation.work is not None


async def test_thanks_after_a_case_is_no_praise_to_put_on_record(talk: Talk) -> None:
    await talk.all(POTHOLE, "yes")

    thanked = await talk.say("thank you so much, have a great day")

    assert thanked.outcome is Outcome.ACKNOWLEDGED
    assert talk.conversation.work is None


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("how much is a resident parking permit", "my car is registered in new hampshire"),
        ("i got towed where is my car", "plate 4AB123"),
        ("how do i get a library card", "the copley one"),
    ],
)
async def test_a_statement_after_an_answer_goes_on_with_the_question_and_begins_no_report(
    talk: Talk, question: str, more: str
) -> None:
    turns = await talk.all(question, more)

    assert turns[1].outcome in (Outcome.ANSWERED, Outcome.NOT_KNOWN)
    assert talk.conversation.work is None


async def test_a_bare_yes_to_what_should_i_change_reads_the_report_back_and_files_nothing(talk: Talk) -> None:
    turns = await talk.all(POTHOLE, "no", "yes")

    assert turns[1].outcome is Outcome.ASKED
    assert turns[2].outcome is Outcome.READ_BACK
    assert talk.crm.cases == {}


async def test_submit_after_what_should_i_change_files(talk: Talk) -> None:
    turns = await talk.all(POTHOLE, "no", "submit")

    assert turns[2].outcome is Outcome.CASE_OPENED


async def test_words_instead_of_yes_or_no_to_an_offer_are_answered_and_kept(talk: Talk) -> None:
    turns = await talk.all("the man at the permit counter was so rude to my mother", "yesterday at city hall", "yes")

    assert turns[1].replies
    assert turns[1].asking_for == "question_choice"
    assert talk.conversation.work is not None
    assert "yesterday at city hall" in "\n".join(talk.conversation.work.words)


async def test_two_places_of_one_trouble_are_two_cases(talk: Talk) -> None:
    turns = await talk.all("2 potholes one at 12 Perham St and one at 100 Adams St", "yes", "yes")

    assert [turn.outcome for turn in turns[1:]] == [Outcome.CASE_OPENED, Outcome.CASE_OPENED]
    assert {case.location.street for case in talk.crm.cases.values() if case.location} == {"Perham St", "Adams St"}
    assert {case.service for case in talk.crm.cases.values()} == {"pothole"}


async def test_a_phone_number_said_after_a_danger_stays_with_the_report(talk: Talk) -> None:
    turns = await talk.all("no heat for three days at 88 Wrentham St apt 2", "yes", "617 555 0199", "mornings", "yes")

    assert turns[1].outcome is Outcome.EMERGENCY
    assert "contact" not in [turn.asking_for for turn in turns]
    assert turns[-1].outcome is Outcome.CASE_OPENED


async def test_a_place_said_instead_of_a_choice_answers_nothing(talk: Talk) -> None:
    turns = await talk.all("the crosswalk light at Cambridge and Harvard never turns", "in allston")

    assert turns[1].asking_for == "problem"


async def test_how_ones_case_stands_is_asked_in_spanish(talk: Talk) -> None:
    asked, without = await talk.all("quiero saber como va mi caso", "no tengo el numero")

    assert asked.outcome is Outcome.ASKED
    assert "caso" in asked.replies[0].text
    assert without.outcome is Outcome.ACKNOWLEDGED


async def test_then_goes_on_with_the_question_before_it(talk: Talk) -> None:
    turns = await talk.all("can i park on the street during a snow emergency", "where can i park then")

    assert turns[1].outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("question", "service"),
    [
        ("no hot water what can i do", "heat_complaint"),
        ("how do i report a pothole", "pothole"),
        ("there is mold in my apartment what can i do", "housing_conditions"),
        ("no tengo calefacción, ¿qué puedo hacer?", "heat_complaint"),
    ],
)
async def test_an_address_after_a_question_what_to_do_reports_that_trouble_there(
    talk: Talk, question: str, service: str
) -> None:
    answered, _ = await talk.all(question, "88 Wrentham St unit 3, Dorchester")

    assert answered.outcome is Outcome.ANSWERED
    assert answered.replies[-1].text.endswith(("nearest corner.", "esquina más cercana."))
    work = talk.conversation.work
    assert work is not None
    assert work.draft.service is not None
    assert work.draft.service.code == service
    assert work.draft.location is not None
    assert work.draft.location.number == "88"
    assert work.draft.location.evidence is not None
    assert "88 Wrentham" in work.draft.location.evidence.quote


async def test_an_address_after_another_question_says_nothing_of_what_is_wrong(talk: Talk) -> None:
    _, asked = await talk.all("how do i get a parking permit", "88 Wrentham St")

    assert asked.asking_for == "service"


@pytest.mark.parametrize("said", [("trash day for 14 Perham St",), ("when is my trash picked up", "14 Perham St")])
async def test_the_trash_day_of_an_address_is_a_question(talk: Talk, said: tuple[str, ...]) -> None:
    turns = await talk.all(*said)

    assert {turn.outcome for turn in turns} == {Outcome.ANSWERED}
    assert all("boston.gov/trash-day" in turn.replies[0].text for turn in turns)


@pytest.mark.parametrize("asks", ["is it fixed yet?", "hows it going with my pothole", "any update on my report"])
async def test_how_the_case_just_filed_stands_is_told(talk: Talk, asks: str) -> None:
    turns = await talk.all(POTHOLE, "yes", asks)

    assert turns[-1].outcome is Outcome.STATUS_GIVEN


async def test_more_words_of_a_complaint_are_no_report(talk: Talk) -> None:
    offered, again = await talk.all("you guys are useless", "nothing ever gets done")

    assert (offered.asking_for, again.asking_for) == ("question_choice", "question_choice")
    assert "2 things" not in again.replies[0].text


async def test_the_offer_to_report_costs_no_second_call_of_an_engine(reading: Reading) -> None:
    talk = Talk(reading, engine=(counting := Counting(reading.engine)))

    answered = await talk.say("no hot water what can i do")

    assert answered.replies[-1].text.endswith("nearest corner.")
    assert counting.reads == 1


class Counting:
    """The embedded engine, counting what it is asked to read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.reads = 0

    async def read(self, message: str, asked: Asked) -> Understood:
        self.reads += 1
        return await self._engine.read(message, asked)

    async def word(
        self, question: str, passages: tuple[Passage, ...], *, language: str, sentences: int
    ) -> tuple[str, ...]:
        return await self._engine.word(question, passages, language=language, sentences=sentences)
