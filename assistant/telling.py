"""What the answers so far bring up: whose matter it is, what the city will not do, and danger."""

from assistant.conversation import Work
from assistant.owners import owner_of, referral
from assistant.ports import Ports
from tools.draft import Draft, Field
from tools.service import Attribute, Effect
from tools.value import Value

_DANGERS = (
    ("gas", "emergency_gas"),
    ("wire", "emergency_wire"),
    ("medical", "emergency_medical"),
    ("hurt", "emergency_medical"),
)
"""Words in a question's code or answer that tell which danger it is about."""


class Told(Value):
    """Lines to say before the next question, and the draft that remembers them as said."""

    lines: tuple[str, ...]
    work: Work


def tell(work: Work, ports: Ports, *, language: str) -> Told:
    """Everything the draft brings up that was not said yet."""
    found = _brought_up(work.draft, ports, language)
    new = {name: line for name, line in found.items() if name not in work.told}
    told = work.model_copy(update={"told": (*work.told, *new)}) if new else work
    return Told(lines=tuple(dict.fromkeys(new.values())), work=told)


def _brought_up(draft: Draft, ports: Ports, language: str) -> dict[str, str]:
    if draft.service is None:
        return {}
    found = {}
    agency = owner_of(draft.service.code, ports.catalogue)
    if agency is not None:
        found[f"agency:{agency.code}"] = referral(agency, ports.wording, language=language)
    for attribute, effect in _effects(draft, ports):
        if effect.safety is not None:
            found[f"safety:{attribute.code}"] = ports.wording.say("tell_safety", language)
        elif effect.tell is not None:
            found[f"tell:{attribute.code}"] = effect.tell.get(language, effect.tell["en"])
    return found


def _effects(draft: Draft, ports: Ports) -> list[tuple[Attribute, Effect]]:
    if draft.service is None:
        return []
    return [
        (attribute, effect)
        for attribute in ports.catalogue.services[draft.service.code].attributes
        for effect in attribute.effects
        if _answers(draft.fields.get(attribute.code), effect)
    ]


def _answers(field: Field | None, effect: Effect) -> bool:
    if field is None:
        return False
    values = field.value if isinstance(field.value, tuple) else (field.value,)
    return any(value in effect.answers for value in values)


def danger(draft: Draft, code: str | None, ports: Ports) -> str | None:
    """The name of the emergency sentence that the answer to a question calls for; None if it speaks of no danger."""
    for attribute, effect in _effects(draft, ports):
        if attribute.code == code and effect.safety is not None:
            about = " ".join((attribute.code, *effect.answers))
            return next((name for word, name in _DANGERS if word in about), "emergency")
    return None
