"""The worked examples of docs/draft.md: reads them, and makes them again.

python -m evals.draft_examples docs/draft.md
"""

import asyncio
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from assistant.bootstrap import Reading, build_ports, build_reading
from assistant.settings import Settings
from assistant.suggest import Suggester
from tools.clock import fixed_clock
from tools.draft import Draft
from tools.memory_crm import MemoryCRM
from tools.value import Value

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
"""When the examples are set: a Tuesday morning in Boston."""

_PAIR = re.compile(r"```text\n(.*?)\n```\n\n```json\n(.*?)\n```", re.DOTALL)


class Example(Value):
    """A text and the draft that the page shows for it."""

    text: str
    shown: str


def examples(page: str) -> tuple[Example, ...]:
    """The examples of a page, in order."""
    return tuple(Example(text=text, shown=shown) for text, shown in _PAIR.findall(page))


async def draft_of(text: str, parts: Reading) -> Draft:
    """The draft of a text at the examples' time, over an empty CRM."""
    clock = fixed_clock(NOW)
    ports = build_ports(parts, crm=MemoryCRM(clock), clock=clock)
    return await Suggester(ports).draft(text)


def made_again(page: str, parts: Reading) -> str:
    """The page with every draft as it comes out now. Draft ids differ every time; they are written as `d1`, `d2`."""

    def again(match: re.Match[str]) -> str:
        draft = asyncio.run(draft_of(match[1], parts))
        ids = [draft.draft_id, *(each.draft_id for each in draft.more)]
        shown = json.dumps(draft.model_dump(mode="json"), indent=1, ensure_ascii=False)
        for place, each in enumerate(ids, start=1):
            shown = shown.replace(each, f"d{place}")
        return f"```text\n{match[1]}\n```\n\n```json\n{shown}\n```"

    return _PAIR.sub(again, page)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(made_again(path.read_text(encoding="utf-8"), build_reading(Settings())), encoding="utf-8")
