"""The hand-off step: a person takes over, with a summary of what is known so far."""

from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.reading import Asked
from assistant.turn import Step


async def handoff(turn: Progress, ports: Ports) -> Did:
    """The resident asked for a person."""
    return await hand_off(turn, ports, why="the resident asked for a person")


async def hand_off(turn: Progress, ports: Ports, *, why: str) -> Did:
    """Give the conversation to a person and say how to reach one at once. The draft is kept for them."""
    conversation = turn.conversation
    draft = conversation.work.draft if conversation.work else None
    return Did(
        say=(Part(text=ports.wording.say("handed_off", turn.language)),),
        outcomes=(Outcome.HANDED_OFF,),
        draft=draft,
        queue=(),
        resumes=False,
        done=True,
        conversation=conversation.model_copy(update={"handed_off": True, "asked": Asked(), "reasks": {}}),
        steps=(Step(name="handoff", did="gave the conversation to a person", ms=0, detail={"why": why}),),
    )
