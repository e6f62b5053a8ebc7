"""The resident of a scenario: answers what is asked from what they know, and says the same every time."""

from dataclasses import dataclass, field

from assistant.turn import Turn
from evals.scenario import Event, Resident

DUPLICATE = {"join": "1", "new": "2"}
"""What is said to the offer to join an open case: the number of the choice."""


@dataclass
class ScriptedResident:
    """Speaks for one conversation. Events win over facts, and over the yes."""

    script: Resident
    _fired: set[int] = field(default_factory=set)

    def next_message(self, turn: Turn, number: int) -> str | None:
        """What the resident says to a turn, the so-manieth of the conversation (from 1); None when they are done."""
        event = self._event(turn, number)
        return event if event is not None else self._answer(turn)

    def _event(self, turn: Turn, number: int) -> str | None:
        for place, event in enumerate(self.script.events):
            if place not in self._fired and _happened(event, turn, number):
                if event.once:
                    self._fired.add(place)
                return event.say
        return None

    def _answer(self, turn: Turn) -> str | None:
        script = self.script
        match turn.asking_for:
            case None:
                return None
            case "confirmation":
                return script.yes if script.confirms else script.no
            case "duplicate":
                return DUPLICATE.get(script.facts.get("duplicate", "new"), script.facts.get("duplicate"))
            case "location_choice":
                return script.facts.get("location_choice") or script.facts.get("location") or script.dont_know
            case "question_choice":
                return script.facts.get("question_choice", script.yes)
            case "contact":
                return script.facts.get("contact") or script.phone or script.dont_know
            case asked:
                return script.facts.get(asked, script.dont_know)


def _happened(event: Event, turn: Turn, number: int) -> bool:
    return event.turn == number if event.when is None else event.when in turn.outcomes
