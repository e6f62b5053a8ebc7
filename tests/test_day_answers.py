"""Questions about a day, asked of the whole assistant: with and without a live source, by street, by the calendar."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from assistant.bootstrap import Reading, build_ports
from assistant.conversation import Conversation
from assistant.graph import TurnGraph
from assistant.live_sources import LiveSources
from assistant.message import Channel
from assistant.outcome import Outcome
from assistant.progress import Progress
from assistant.turn import Turn
from evals.city_server import AREA, STATUS, CityServer, Fault
from evals.loopback import on_loopback
from tools.city_day import load_city_day
from tools.clock import Clock, fixed_clock
from tools.collection import TrashDayService
from tools.live import LiveStatus, LiveTimedOut, Matter, NoLiveStatus, Notice
from tools.memory_crm import MemoryCRM
from tools.memory_live import MemoryLive
from tools.status_items import StatusItems

TUESDAY = datetime(2026, 4, 7, 14, 5, tzinfo=UTC)
"""10:05 a.m. in Boston."""


async def ask(reading: Reading, *texts: str, now: datetime = TUESDAY, live: LiveStatus | None = None) -> Turn:
    """The turn that answers the last of these texts, said one after the other."""
    clock = fixed_clock(now)
    ports = build_ports(reading, crm=MemoryCRM(clock), clock=clock, live=LiveSources(live or NoLiveStatus()))
    graph = TurnGraph(ports)
    conversation = Conversation(conversation_id=uuid4().hex, channel=Channel.WEB)
    turns = []
    for text in texts:
        progress = Progress(turn_id=uuid4().hex, now=clock(), conversation=conversation, text=text)
        turn, after = await graph.run(progress)
        conversation = after.conversation
        turns.append(turn)
    return turns[-1]


def said(turn: Turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)


def notice(matter: Matter, text: str, *, at: datetime = TUESDAY) -> Notice:
    return Notice(matter=matter, words={"en": text}, updated=at)


async def test_todays_status_is_told_with_date_time_and_source(reading: Reading) -> None:
    live = MemoryLive(fixed_clock(TUESDAY), [notice(Matter.SNOW_EMERGENCY, "A snow emergency is in effect.")])

    turn = await ask(reading, "is there a snow emergency right now", live=live)

    assert turn.outcome is Outcome.ANSWERED
    assert "A snow emergency is in effect." in said(turn)
    assert "April 7, 2026, seen at 10:05 a.m." in said(turn)
    assert turn.citations[0].as_of == TUESDAY.date()


@pytest.mark.parametrize(
    "live",
    [
        None,
        MemoryLive(fixed_clock(TUESDAY), fails=LiveTimedOut("It did not answer.")),
        MemoryLive(fixed_clock(TUESDAY)),
        MemoryLive(
            fixed_clock(TUESDAY),
            [notice(Matter.SNOW_EMERGENCY, "There is a snow emergency.", at=TUESDAY - timedelta(days=1))],
        ),
    ],
    ids=["no source", "fails", "says nothing of it", "yesterday's"],
)
async def test_what_cannot_be_seen_is_said_with_where_to_look(live: LiveStatus | None, reading: Reading) -> None:
    turn = await ask(reading, "is there a snow emergency right now", live=live)

    assert turn.outcome is Outcome.NOT_KNOWN
    assert "can't see today's status" in said(turn)
    assert "boston.gov/snow" in said(turn)
    assert "There is a snow emergency" not in said(turn)
    assert turn.citations == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("¿hay emergencia de nieve hoy?", "no puedo ver el estado de hoy"),
        ("今天有雪灾紧急状态吗", "我现在看不到今天的情况"),
        ("A prefeitura está aberta hoje?", "não consigo ver a situação de hoje"),
        ("Есть ли сегодня снежная чрезвычайная ситуация?", "не могу увидеть обстановку"),
    ],
)
async def test_it_is_said_in_the_residents_language(text: str, words: str, reading: Reading) -> None:
    assert words in said(await ask(reading, text))


async def test_the_citys_own_words_are_told_in_the_residents_language(reading: Reading) -> None:
    clock = fixed_clock(TUESDAY)
    async with on_loopback(CityServer(clock, snow=True).app) as address:
        live = StatusItems(address + STATUS, load_city_day(), clock)
        turn = await ask(reading, "¿hay emergencia de nieve hoy?", live=live)

    assert "Hay una emergencia de nieve" in said(turn)
    assert "7 de abril de 2026, visto a las 10:05 a. m." in said(turn)


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.value)
async def test_no_fault_of_the_source_becomes_a_status(fault: Fault, reading: Reading) -> None:
    clock = fixed_clock(TUESDAY)
    async with on_loopback(CityServer(clock, snow=True).app) as address:
        live = StatusItems(f"{address}/faults/{fault}{STATUS}", load_city_day(), clock, seconds=0.5)
        turn = await ask(reading, "is there a snow emergency right now", live=live)

    assert turn.outcome is Outcome.NOT_KNOWN
    assert "in effect" not in said(turn)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("when is the next holiday", "Patriots' Day, on Monday, April 20, 2026"),
        ("¿cuándo es el próximo feriado?", "el Día de los Patriotas, el lunes 20 de abril de 2026"),
        ("is city hall open on april 20", "a City holiday: City offices are closed"),
        ("is city hall open on monday", "Monday, April 13, 2026 is not a City holiday"),
        ("¿está abierta la alcaldía el 20 de abril?", "las oficinas de la Ciudad están cerradas"),
        ("is city hall open on sunday", "falls on a weekend"),
        ("is trash picked up on patriots day", "comes later in some neighborhoods"),
        ("do i have to pay the meter on april 20", "meters are free"),
        ("is june 17 a holiday", "a Suffolk County holiday"),
    ],
)
async def test_the_calendar_answers_what_it_can(text: str, words: str, reading: Reading) -> None:
    turn = await ask(reading, text)

    assert turn.outcome is Outcome.ANSWERED
    assert words in said(turn)


async def test_a_holiday_in_the_week_brings_the_rule_of_collection(reading: Reading) -> None:
    turn = await ask(reading, "is trash delayed next week", now=TUESDAY + timedelta(days=6))

    assert "Patriots' Day falls on Monday, April 20, 2026" in said(turn)
    assert turn.citations[0].title == "Trash in a holiday week"


async def test_without_a_holiday_only_what_is_known_is_said(reading: Reading) -> None:
    turn = await ask(reading, "is trash delayed this week")

    assert turn.outcome is Outcome.NOT_KNOWN
    assert "No City holiday falls in the week" in said(turn)
    assert "can't see today's status" in said(turn)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("is my street swept tomorrow? 44 Moraine St", "So it is swept on Wednesday, April 8, 2026"),
        ("is 45 Moraine St swept tomorrow?", "It is not swept on Wednesday, April 8, 2026"),
        ("when is 44 moraine st swept", "2nd and 4th Wednesday"),
        ("¿barren mañana en 44 Moraine St?", "se barre el miércoles 8 de abril de 2026"),
    ],
)
async def test_a_street_is_told_by_side_and_date(text: str, words: str, reading: Reading) -> None:
    turn = await ask(reading, text)

    assert turn.outcome is Outcome.ANSWERED
    assert words in said(turn)
    assert turn.citations[0].as_of.year == 2024


async def test_a_street_that_the_schedule_has_not_is_said_so(reading: Reading) -> None:
    turn = await ask(reading, "is my street swept tomorrow? 12 Perham St")

    assert turn.outcome is Outcome.NOT_KNOWN
    assert "Perham St is not in the City's sweeping schedule" in said(turn)


async def test_the_street_may_come_in_the_next_message(reading: Reading) -> None:
    turn = await ask(reading, "is my street swept tomorrow?", "44 Moraine St")

    assert "So it is swept on Wednesday, April 8, 2026" in said(turn)


async def test_another_day_may_be_asked_in_the_next_message(reading: Reading) -> None:
    turn = await ask(reading, "is 44 Moraine St swept tomorrow?", "and on thursday?")

    assert "It is not swept on Thursday, April 9, 2026" in said(turn)


async def test_a_request_to_sweep_stays_a_report(reading: Reading) -> None:
    turn = await ask(reading, "please sweep 44 Moraine St, it is full of litter")

    assert turn.outcome in (Outcome.READ_BACK, Outcome.ASKED)


async def test_collection_days_are_told_by_address(reading: Reading) -> None:
    clock: Clock = fixed_clock(TUESDAY)
    async with on_loopback(CityServer(clock).app) as address:
        sources = LiveSources(NoLiveStatus(), TrashDayService(address + AREA, clock))
        graph = TurnGraph(build_ports(reading, crm=MemoryCRM(clock), clock=clock, live=sources))
        conversation = Conversation(conversation_id="c", channel=Channel.WEB)
        progress = Progress(
            turn_id="t", now=clock(), conversation=conversation, text="is trash picked up tomorrow at 44 Moraine St?"
        )
        turn, _ = await graph.run(progress)

    assert turn.outcome is Outcome.ANSWERED
    assert "trash, recycling and yard waste: Wednesday, April 8, 2026" in said(turn)
