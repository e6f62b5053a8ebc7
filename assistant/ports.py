"""What the steps of a turn may use: everything outside the turn itself, passed in."""

from dataclasses import dataclass
from typing import Protocol

from assistant.city_today import CityToday
from assistant.drafting import Drafter
from assistant.engine import Engine
from assistant.language import LanguageReader
from assistant.screening import Screen
from assistant.surge import Active, no_surge
from assistant.switches import Off, nothing_off
from assistant.wording import Wording
from knowledge.article import Library
from knowledge.gate import Gate
from tools.clock import Clock
from tools.crm import CRM
from tools.service import Catalogue


class CodeTexts(Protocol):
    """Who texts codes that prove a phone number."""

    async def send(self, phone: str, code: str, *, conversation_id: str, language: str) -> bool:
        """Text a code; False where no more are sent for now. A number that we do not text counts like any other."""
        ...


class Photos(Protocol):
    """Where the photos of conversations are kept."""

    async def content(self, conversation_id: str, reference: str) -> bytes | None:
        """A photo; None if it is not here in time."""
        ...


@dataclass(frozen=True)
class Ports:
    """The collaborators of a turn. `floor` is the engine that needs no network, for what is read beside the message and
    must cost no call. Reads are free; a write needs a confirmed draft and a key. `news` says whether
    residents can be texted when their case moves on; `off` is what is switched off, by name; `surge` the notices that
    hold now; `codes` texts codes to a phone that is to be proven, where that can be done; `photos` has those that
    came."""

    engine: Engine
    floor: Engine
    screen: Screen
    languages: LanguageReader
    drafter: Drafter
    crm: CRM
    library: Library
    gate: Gate
    wording: Wording
    clock: Clock
    today: CityToday
    news: bool = False
    off: Off = nothing_off
    surge: Active = no_surge
    codes: CodeTexts | None = None
    photos: Photos | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The city's services."""
        return self.drafter.catalogue
