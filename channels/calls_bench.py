"""`beacon bench calls`: ten calls taken at the real desk page, with suggestions and without, from the first word heard
until the case is filed."""

import asyncio
import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mean, median

import yaml
from playwright.async_api import Locator, Page, async_playwright
from rich.console import Console

from assistant.assistant import Assistant
from assistant.bootstrap import build_assistant, build_reading
from assistant.settings import Settings
from channels.bootstrap import build_web
from channels.calls_hands import WAIT_MS, Hands, Human
from evals.loopback import on_loopback
from tools.case import Case
from tools.database import Database
from tools.value import Value

CALLS = Path(__file__).parent / "bench_calls.yaml"
KEY = "bench-calls"
CHROMIUM = "/usr/bin/chromium"
TITLE = "## Ten calls, with suggestions and without"
_SECTION = re.compile(rf"{re.escape(TITLE)}\n.*?(?=\n## |\Z)", re.DOTALL)
CASE = re.compile(r"B311-\d{6}-\d")


class Place(Value):
    """Where it is, and how a call-taker types it: a number in a street, or a corner."""

    typed: str
    number: str | None = None
    street: str
    cross: str | None = None
    neighborhood: str = ""


class Call(Value):
    """One call: what is heard and typed piece by piece, the case it should become, and what the caller answers."""

    id: str
    says: tuple[tuple[str, str], ...]
    service: str
    place: Place
    fields: Mapping[str, str]
    answers: Mapping[str, str] = {}


class Taken(Value):
    """One call as it was taken. `right` says of each part whether it was filed right, `suggested` whether it was
    suggested right; `extra` are fields that were suggested and should not have been."""

    call: str
    seconds: float
    waited: float
    keys: int
    points: int
    suggested: Mapping[str, bool]
    extra: tuple[str, ...]
    right: Mapping[str, bool]


def load_calls() -> tuple[Call, ...]:
    """The ten calls."""
    return tuple(Call.model_validate(each) for each in yaml.safe_load(CALLS.read_text(encoding="utf-8")))


def run_calls_bench(settings: Settings, human: Human, *, page: Path | None, json_file: Path | None) -> None:
    """Take all calls both ways and print what they cost; the table goes into a section of `page` too."""
    taken = asyncio.run(_both_ways(settings, human))
    told = section(taken, human)
    Console().print(told, markup=False, highlight=False, soft_wrap=True)
    if page is not None:
        old = page.read_text(encoding="utf-8")
        new = _SECTION.sub(lambda _: told, old) if _SECTION.search(old) else f"{old.rstrip()}\n\n{told}"
        page.write_text(new, encoding="utf-8")
    if json_file is not None:
        rows = {way: [each.model_dump() for each in each_way] for way, each_way in taken.items()}
        json_file.write_text(json.dumps(rows, indent=1), encoding="utf-8")


async def _both_ways(settings: Settings, human: Human) -> dict[str, list[Taken]]:
    reading = build_reading(settings)
    with tempfile.TemporaryDirectory(prefix="beacon-calls-") as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/calls.db")
        assistant = await build_assistant(settings, reading=reading, database=database)
        taken = {
            "with": await take(load_calls(), settings, assistant, human, assisted=True),
            "without": await take(load_calls(), settings, assistant, human, assisted=False),
        }
        await assistant.close(seconds=5)
    return taken


async def take(
    calls: tuple[Call, ...], settings: Settings, assistant: Assistant, human: Human, *, assisted: bool
) -> list[Taken]:
    """Take calls at the desk one after the other. Without suggestions it is the desk's own control group."""
    percent = 0 if assisted else 100
    web = build_web(settings.model_copy(update={"desk_control_percent": percent}), assistant, desk_key=KEY)
    async with on_loopback(web) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(f"{address}/staff/sign-in?to=/desk")
        await page.get_by_text("On this machine").click()
        await page.get_by_label("The access key").fill(KEY)
        await page.get_by_role("button", name="Sign in with the key").click()
        await page.wait_for_url("**/desk")
        taken = [await _taken(each, page, address, assistant, human) for each in calls]
        await browser.close()
    return taken


async def _taken(call: Call, page: Page, address: str, assistant: Assistant, human: Human) -> Taken:
    await page.goto(f"{address}/desk")
    hands = Hands(page, human)
    for place, (heard, typed) in enumerate(call.says):
        await hands.note(heard, typed if place == 0 else f", {typed}")
    await hands.settled()
    suggested, extra = await _shown(page, call)
    await _service(hands, call, assistant.ports.catalogue.services[call.service].name())
    await _place(hands, call)
    for code, value in call.fields.items():
        await _field(hands, call, code, value)
    await hands.press("Control+Enter")
    async with hands.waiting():
        await page.locator("#filed, #refused").first.wait_for(timeout=WAIT_MS)
    told = CASE.search(await page.locator("#draft").inner_text())
    case = await assistant.ports.crm.get(told[0]) if told else None
    return Taken(
        call=call.id,
        seconds=hands.seconds,
        waited=hands.waited,
        keys=hands.keys,
        points=hands.points,
        suggested=suggested,
        extra=extra,
        right=_right(call, case),
    )


async def _service(hands: Hands, call: Call, name: str) -> None:
    hands.think()
    service = hands.page.locator("#service")
    if await service.input_value() == call.service:
        return
    other = hands.page.locator(f"[data-service={call.service}]")
    async with hands.page.expect_response("**/desk/draft"):
        if await other.count():
            await hands.press(f"Alt+{await other.get_attribute('data-alternative')}")
        else:
            await hands.choose(service, name)
    async with hands.waiting():
        await hands.page.locator(f"[data-field={next(iter(call.fields))}]").wait_for(timeout=WAIT_MS)


async def _place(hands: Hands, call: Call) -> None:
    hands.think()
    where = hands.page.locator("#location")
    if _is_there(call.place, await where.input_value()):
        return
    for each in await hands.page.locator("[name=location_choice]").all():
        if _is_there(call.place, await each.get_attribute("value") or ""):
            await hands.point(each)
            return
    await hands.point(where)
    if await where.input_value():
        await hands.press("Control+a")
    await hands.type(call.place.typed)


async def _field(hands: Hands, call: Call, code: str, value: str) -> None:
    row = hands.page.locator(f"[data-field={code}]")
    if await _value(row) == value:
        hands.think()
        return
    if code in call.answers:
        hands.listen(await row.locator("label, legend").first.inner_text())
        hands.listen(call.answers[code])
    hands.think()
    if await (box := row.locator(f"input[type=checkbox][value={json.dumps(value)}]")).count():
        await hands.point(box)
    elif await (choice := row.locator("select[name^='field:']")).count():
        await hands.choose(choice, await choice.locator(f"option[value={json.dumps(value)}]").inner_text())
    else:
        line = row.locator("input, textarea").first
        await hands.point(line)
        if await line.input_value():
            await hands.press("Control+a")
        await hands.type(value)


async def _value(row: Locator) -> str:
    if not await row.count():
        return ""
    ticked = await row.locator("input[type=checkbox]:checked").all()
    if ticked:
        return ",".join([await each.get_attribute("value") or "" for each in ticked])
    one = row.locator("[name^='field:']:not([type=checkbox])").first
    return await one.input_value() if await one.count() else ""


async def _shown(page: Page, call: Call) -> tuple[dict[str, bool], tuple[str, ...]]:
    """Which suggestions are right, and those that should not be there."""
    service = await page.locator("#service").input_value() == call.service
    right = {"service": service, "place": _is_there(call.place, await page.locator("#location").input_value())}
    extra = []
    for row in await page.locator("[data-field]").all():
        code = await row.get_attribute("data-field") or ""
        if code in call.fields:
            right[code] = await _value(row) == call.fields[code]
        elif await _value(row):
            extra.append(code)
    said = set(call.fields) - set(call.answers)
    return {code: right.get(code, False) for code in ("service", "place", *sorted(said))}, tuple(extra)


def _is_there(place: Place, shown: str) -> bool:
    parts = [f"{place.number} {place.street}" if place.number else place.street, place.cross or ""]
    return all(each.casefold() in shown.casefold() for each in parts)


def _right(call: Call, case: Case | None) -> dict[str, bool]:
    if case is None:
        return dict.fromkeys(("service", "place", *call.fields), False)
    where, place = case.location, call.place
    streets = {place.street, place.cross} - {None}
    there = where is not None and where.number == place.number and streets <= {where.street, where.cross}
    near = where is not None and place.neighborhood in ("", where.neighborhood)
    fields = {code: _filed(case, code) == value for code, value in call.fields.items()}
    return {"service": case.service == call.service, "place": there and near} | fields


def _filed(case: Case, code: str) -> str:
    value = case.attributes.get(code)
    return ",".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


def section(taken: Mapping[str, list[Taken]], human: Human) -> str:
    """The section of a page that tells the figures."""
    helped, alone = taken["with"], taken["without"]
    lines = [
        f"| {a.call} | {a.seconds:.0f} | {b.seconds:.0f} | {a.keys} | {b.keys} | {a.points} | {b.points} "
        f"| {_of(a.suggested)} | {_of(a.right)} | {_of(b.right)} |"
        for a, b in zip(helped, alone, strict=True)
    ]
    saved = [b.seconds - a.seconds for a, b in zip(helped, alone, strict=True)]
    total = (
        f"| **median** | {median(x.seconds for x in helped):.0f} | {median(x.seconds for x in alone):.0f} "
        f"| {median(x.keys for x in helped):g} | {median(x.keys for x in alone):g} "
        f"| {median(x.points for x in helped):g} | {median(x.points for x in alone):g} "
        f"| {_all(x.suggested for x in helped)} | {_all(x.right for x in helped)} | {_all(x.right for x in alone)} |"
    )
    waits = mean(x.waited for x in helped), mean(x.waited for x in alone)
    extra = ", ".join(f"{code} ({each.call})" for each in helped for code in each.extra) or "none"
    return "\n".join(
        [
            TITLE,
            "",
            "`beacon bench calls --page docs/desk.md`: ten calls of our own (`channels/bench_calls.yaml`) are taken in "
            "Chromium at the real page, once with suggestions and once in its control group, from the caller's first "
            "word until the case is filed. People are modelled, not timed (the keystroke-level model of Card, Moran "
            f"and Newell, 1980): a key {human.key:g} s, pointing {human.point:g} s, a hand between keyboard and mouse "
            f"{human.home:g} s, a decision {human.mental:g} s for each field either way; callers speak "
            f"{human.speech:g} words a minute, and notes are typed while they do. Waits for the page are measured. "
            "The modelled call-taker knows every service by its name, which favours the call without suggestions, and "
            "sees every wrong suggestion at once, which favours the call with them: time real people before believing "
            "the difference.",
            "",
            "| call | seconds with | without | keys with | without | pointings with | without | suggested right "
            "| filed right with | without |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *lines,
            total,
            "",
            f"With suggestions a call is {median(saved):.0f} s shorter in the median ({min(saved):.0f} to "
            f"{max(saved):.0f} s). The page was waited for {waits[0]:.1f} s a call with and {waits[1]:.1f} s without, "
            f"a quarter of a second of it by intent (typing pauses). Suggested though nobody said it: {extra}.",
            "",
        ]
    )


def _of(parts: Mapping[str, bool]) -> str:
    wrong = [name for name, right in parts.items() if not right]
    told = f"{sum(parts.values())} of {len(parts)}"
    return f"{told} (not {', '.join(wrong)})" if wrong else told


def _all(rows: Iterable[Mapping[str, bool]]) -> str:
    parts = [right for each in rows for right in each.values()]
    return f"{sum(parts)} of {len(parts)}"
