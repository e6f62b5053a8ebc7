"""Compares the form of the desk with what was suggested: the edits to file, and what became of each suggestion."""

from starlette.datastructures import FormData

from channels.desk_records import Choice, Verdict
from channels.desk_view import strings
from tools.draft import Draft, FieldValue
from tools.pickups import PICKUP_DAY, load_pickups
from tools.service import Attribute, AttributeType, Catalogue

PREFIX = "field:"
REASONS = frozenset({"wrong_service", "wrong_place", "caller_changed", "other"})


class Filled:
    """A filled form beside its draft."""

    def __init__(self, draft: Draft, form: FormData, catalogue: Catalogue) -> None:
        self._draft, self._form, self._catalogue = draft, form, catalogue
        suggested = draft.service.code if draft.service else ""
        self._service = self._one("service") or suggested
        self.choices: list[Choice] = []
        self.edits: dict[str, FieldValue] = {}
        self.without: list[str] = []
        self._compare("service", suggested or None, self._service or None)
        self._compare("location", draft.location.value if draft.location else None, self._place())
        self._fields()

    def _one(self, name: str) -> str:
        return str(self._form.get(name, "")).strip()

    def _place(self) -> str | None:
        return self._one("location_choice") or self._one("location") or None

    def _fields(self) -> None:
        service = self._catalogue.services.get(self._service)
        if (day := self._one(PREFIX + PICKUP_DAY)) and self._service in load_pickups():
            self.edits[PICKUP_DAY] = day  # chosen by the caller, never suggested
        for attribute in service.attributes if service else ():
            said = self._draft.fields.get(attribute.code)
            given = [str(each).strip() for each in self._form.getlist(PREFIX + attribute.code)]
            filled = tuple(each for each in given if each)
            same = said is not None and filled == strings(said.value)
            after = said.value if same and said else _value(attribute, filled)
            self._compare(attribute.code, said.value if said else None, after)

    def _compare(self, name: str, before: FieldValue | None, after: FieldValue | None) -> None:
        if before is None and after is None:
            return
        reason = self._one(f"reason:{name}")
        kept = reason if reason in REASONS else ""
        if before == after:
            self.choices.append(Choice(field=name, verdict=Verdict.ACCEPTED, before=before, after=after))
            return
        if after is None:
            self.without.append(name)
            verdict = Verdict.REJECTED
        else:
            self.edits[name] = after
            verdict = Verdict.ADDED if before is None else Verdict.EDITED
        self.choices.append(Choice(field=name, verdict=verdict, before=before, after=after, reason=kept))


def _value(attribute: Attribute, filled: tuple[str, ...]) -> FieldValue | None:
    if not filled:
        return None
    match attribute.type:
        case AttributeType.MULTI:
            return filled
        case AttributeType.NUMBER:
            try:
                number = float(filled[0])
            except ValueError:
                return filled[0]
            return int(number) if number.is_integer() else number
        case _:
            return filled[0]
