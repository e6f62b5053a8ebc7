"""A call-taker at the real desk page, as the keystroke-level model has people work: each key, pointing, change of hands
and thought takes its time, and every wait for the page is measured.

Times of the operators: S. K. Card, T. P. Moran, A. Newell, "The keystroke-level model for user performance time with
interactive systems", Communications of the ACM 23 (7), 1980. Callers speak 150 words a minute.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page

from tools.value import Value

SETTLED = "() => document.querySelector('.said')?.textContent === document.querySelector('#text').value"
WAIT_MS = 20_000.0


class Human(Value):
    """Seconds of each operator: a key of an average skilled typist (55 words a minute), pointing, moving a hand between
    keyboard and mouse, and a decision; and how many words a minute people speak."""

    key: float = 0.20
    point: float = 1.10
    home: float = 0.40
    mental: float = 1.35
    speech: float = 150.0

    def says(self, words: str) -> float:
        """How long it takes to say something."""
        return len(words.split()) * 60 / self.speech


@dataclass
class Hands:
    """The hands of a call-taker on a page, and what they have cost so far."""

    page: Page
    human: Human
    seconds: float = 0.0
    waited: float = 0.0
    keys: int = 0
    points: int = 0
    at_mouse: bool = field(default=False)

    def think(self) -> None:
        """Look at something and decide."""
        self.seconds += self.human.mental

    def listen(self, words: str) -> None:
        """Hear or say something, with idle hands."""
        self.seconds += self.human.says(words)

    async def note(self, heard: str, typed: str) -> None:
        """Type what is heard while it is said: whichever takes longer counts."""
        self._to_keyboard()
        self.keys += len(typed)
        self.seconds += max(self.human.says(heard), len(typed) * self.human.key)
        await self.page.keyboard.type(typed)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        self._to_keyboard()
        self._pressed(len(text))
        await self.page.keyboard.type(text)

    async def press(self, keys: str) -> None:
        """Press keys together, such as Control+Enter."""
        self._to_keyboard()
        self._pressed(keys.count("+") + 1)
        await self.page.keyboard.press(keys)

    async def point(self, at: Locator, *, click: bool = True) -> None:
        """Point at something and press the mouse's button. A list is entered without being unfolded."""
        if not self.at_mouse:
            self.seconds, self.at_mouse = self.seconds + self.human.home, True
        self.seconds += self.human.point + self.human.key
        self.points += 1
        await (at.click() if click else at.focus())

    async def choose(self, at: Locator, name: str) -> None:
        """Choose from a list by typing as much of the name as tells it from those before it."""
        names = [text.strip().casefold() for text in await at.locator("option").all_inner_texts()]
        wanted = name.strip().casefold()
        before = names[: names.index(wanted)]
        length = next(n for n in range(1, len(wanted) + 1) if not any(x.startswith(wanted[:n]) for x in before))
        await self.point(at, click=False)
        await self.type(name.strip()[:length])
        if (await at.locator("option:checked").inner_text()).strip() != name.strip():
            await at.select_option(label=name.strip())  # this machine stalled for a second between two of the keys

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """The page works, the call-taker waits: as long as it really takes."""
        began = time.perf_counter()
        yield
        took = time.perf_counter() - began
        self.seconds += took
        self.waited += took

    async def settled(self) -> None:
        """Wait until the draft is that of all the words."""
        async with self.waiting():
            await self.page.wait_for_function(SETTLED, timeout=WAIT_MS)

    def _pressed(self, keys: int) -> None:
        self.keys += keys
        self.seconds += keys * self.human.key

    def _to_keyboard(self) -> None:
        if self.at_mouse:
            self.seconds, self.at_mouse = self.seconds + self.human.home, False
