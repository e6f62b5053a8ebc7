"""The screen step: life safety, crisis, opt-out words and limits, before any engine reads the message."""

from assistant.changing import about_change, wished
from assistant.conversation import Conversation
from assistant.news_offer import about_news
from assistant.next_thing import SURE_ENOUGH
from assistant.outcome import Outcome
from assistant.ports import Ports
from assistant.progress import Did, Part, Progress
from assistant.proof import about_own_phone, begin, fits, proven, tried, typed_code
from assistant.reading import Asked, Request
from assistant.screening import Screened
from assistant.status import own_status
from assistant.turn import Step
from tools.draft import Kind

LONGEST = 4_000
"""Characters that one message may have; Open311 descriptions end there too."""

FEWEST_WORDS = 3
"""A piece of fewer words beside a danger is no report."""


async def screen(turn: Progress, ports: Ports) -> Did:
    """Answer danger at once; honour opt-outs; stay silent while a person holds the conversation."""
    screened = ports.screen(turn.text, turn.conversation.channel)
    if screened.safety is not None:
        return await _danger(turn, screened, ports)
    if turn.limited is None and (asked := about_news(turn, ports)) is not None:
        return asked
    if (wish := turn.wish or screened.opt) is not None:
        return _opt(turn, wish, ports)
    if turn.limited is not None:
        return _limited(turn, ports)
    if turn.conversation.opted_out or turn.conversation.handed_off:
        return _called_back(turn, ports) if _calls_back(turn, ports) else _held(turn)
    if len(turn.text) <= LONGEST and (proof := await _proof(turn, ports)) is not None:
        return proof
    if len(turn.text) <= LONGEST and (change := await _change(turn, ports)) is not None:
        return change
    if turn.conversation.more and ports.screen.wants_more(turn.text):
        return _more(turn)
    if len(turn.text) > LONGEST:
        return _said("too_long", Outcome.REFUSED, turn, ports)
    let_go = turn.conversation.model_copy(update={"change": None, "asked": Asked()})
    unanswered = {"conversation": let_go} if turn.conversation.change is not None else {}
    return Did(steps=(Step(name="screen", did="found no danger in the message", ms=0),), **unanswered)


async def _change(turn: Progress, ports: Ports) -> Did | None:
    """What is wished about a filed case, in the language of the message."""
    if turn.conversation.change is None and wished(turn.text) is None:
        return None
    spoken = turn.conversation.model_copy(update={"language": spoken_in(turn, ports)})
    return await about_change(turn.model_copy(update={"conversation": spoken}), ports)


async def _proof(turn: Progress, ports: Ports) -> Did | None:
    """A phone number whose cases are asked for, or the code that was waited for; None for anything else."""
    if (phone := about_own_phone(turn, ports)) is not None:
        spoken = turn.conversation.model_copy(update={"language": spoken_in(turn, ports)})
        return await begin(turn.model_copy(update={"conversation": spoken}), phone, ports)
    proof, code = turn.conversation.proof, typed_code(turn)
    if proof is None or code is None:
        return None
    if not await fits(proof, code, turn.now):
        return tried(turn, proof, ports)
    holder = proven(turn.conversation, proof, turn.now)
    told = await own_status(turn.model_copy(update={"conversation": holder}), proof.words, ports)
    return told.model_copy(update={"conversation": told.conversation or holder, "done": True})


async def _danger(turn: Progress, screened: Screened, ports: Ports) -> Did:
    """The safety text ends the turn; what was reported beside the danger waits until everybody is safe."""
    crisis = screened.safety == "988"
    name = "crisis" if crisis else ports.wording.hazard(screened.rule)
    spoken = turn.conversation.model_copy(update={"language": spoken_in(turn, ports)})
    language = spoken.language
    draft = turn.conversation.work.draft if turn.conversation.work else None
    lines = [ports.wording.say(name, language)]
    left = await _reports_beside(screened, spoken, ports)
    if left:
        known = language in ports.wording.languages("emergency_rest")
        lines.append(ports.wording.say("emergency_rest" if known else "emergency_kept", language))
    elif draft is not None:
        lines.append(ports.wording.say("emergency_kept", language))
    return Did(
        say=(Part(text="\n".join(lines)),),
        outcomes=(Outcome.CRISIS if crisis else Outcome.EMERGENCY,),
        draft=draft,
        conversation=spoken.model_copy(update={"waiting": (*spoken.waiting, *left)}),
        done=True,
        steps=(
            Step(
                name="screen",
                did=f"found danger in the message and gave {screened.safety}",
                ms=0,
                detail={"rule": screened.rule},
            ),
        ),
    )


async def _reports_beside(screened: Screened, spoken: Conversation, ports: Ports) -> tuple[Request, ...]:
    """The reports that stand beside the sentence of danger and are no danger themselves."""
    calm = ports.screen(screened.beside, spoken.channel).safety is None
    if not calm or len(screened.rest.split()) < FEWEST_WORDS or len(screened.beside) > LONGEST:
        return ()
    asked = Asked(language=spoken.language, language_chosen=spoken.language_chosen)
    reading = await ports.engine.read(screened.beside, asked)
    return tuple(
        request
        for request in reading.requests
        if request.kind is Kind.REPORT and request.service and request.service.confidence >= SURE_ENOUGH
    )


def spoken_in(turn: Progress, ports: Ports) -> str:
    """The language of the message, which no engine has read yet."""
    conversation = turn.conversation
    previous = conversation.language if conversation.turns or conversation.language_chosen else None
    return ports.languages.detect(turn.text, previous=previous, chosen=conversation.language_chosen).language


def _opt(turn: Progress, opt: str, ports: Ports) -> Did:
    """What is wished about texting takes effect; it is answered once, and not if the carrier did that already. A draft
    under way is kept through it."""
    out = opt == "out" or (opt == "help" and turn.conversation.opted_out)
    outcome = Outcome.OPTED_OUT if out else Outcome.ACKNOWLEDGED
    changed = turn.conversation.model_copy(update={"opted_out": out})
    if turn.by_carrier or (opt == "out" and turn.conversation.opted_out):
        step = Step(name="screen", did=f"noted the wish about texting: {opt}", ms=0)
        return Did(outcomes=(outcome,), conversation=changed, done=True, steps=(step,))
    name = {"out": "opted_out", "in": "opted_in"}.get(opt, "sms_help")
    return _said(name, outcome, turn, ports).model_copy(update={"conversation": changed})


def _more(turn: Progress) -> Did:
    """The rest of a long reply; how much of it goes into one text is seen to at the end of the turn."""
    step = Step(name="screen", did="gave the rest of the reply", ms=0)
    return Did(say=(Part(text=turn.conversation.more),), outcomes=(Outcome.ANSWERED,), done=True, steps=(step,))


def _limited(turn: Progress, ports: Ports) -> Did:
    """Who writes far too much is told once where a person can be reached; what was begun is kept."""
    if turn.limited == "told" and not turn.conversation.opted_out:
        return _said("too_many", Outcome.HANDED_OFF, turn, ports)
    return Did(outcomes=(Outcome.REFUSED,), done=True, steps=(Step(name="screen", did="said nothing more", ms=0),))


def _calls_back(turn: Progress, ports: Ports) -> bool:
    return turn.conversation.handed_off and not turn.conversation.opted_out and ports.screen.calls_back(turn.text)


def _called_back(turn: Progress, ports: Ports) -> Did:
    """The resident goes on with the assistant; a draft under way is taken up where it was left."""
    conversation = turn.conversation.model_copy(update={"handed_off": False})
    going_on = conversation.work is not None
    return Did(
        say=() if going_on else (Part(text=ports.wording.say("handed_back", turn.language)),),
        outcomes=() if going_on else (Outcome.ACKNOWLEDGED,),
        conversation=conversation,
        resumes=going_on,
        done=not going_on,
        steps=(Step(name="screen", did="took the conversation back from a person", ms=0),),
    )


def _held(turn: Progress) -> Did:
    """Nothing is said to somebody who opted out, or whom a person is looking after."""
    outcome = Outcome.OPTED_OUT if turn.conversation.opted_out else Outcome.HANDED_OFF
    return Did(outcomes=(outcome,), done=True, steps=(Step(name="screen", did="stayed silent", ms=0),))


def _said(name: str, outcome: Outcome, turn: Progress, ports: Ports) -> Did:
    text = ports.wording.say(name, turn.language)
    step = Step(name="screen", did=f"answered the message with the fixed text {name!r}", ms=0)
    return Did(say=(Part(text=text),), outcomes=(outcome,), done=True, steps=(step,))
