"""The phone line: what a call does next, from what was pressed, said, or not said. A step is answered once for ever."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_urlsafe
from uuid import NAMESPACE_OID, uuid5

from assistant.assistant import Assistant, hashed
from assistant.calls import Call, Calls
from assistant.conversation import Conversation
from assistant.lexicon import Phrases, compact
from assistant.message import Channel, Inbound
from assistant.switches import Switch
from assistant.turn import Turn
from assistant.usage import DAY, Counted, Limit
from channels.phone_words import PhoneWords
from channels.speech import book, by_digit
from channels.texting import TEN_MINUTES, Account
from tools.case_number import make
from tools.value import Value

PERSON = "0"
YES, NO = "1", "2"
HARDLY = 0.5
"""Below this confidence words are read back before they count. Twilio gives none for some voices of hers: 0 says
nothing, and what would be filed is read back anyway."""

MOST_SILENCES = 3
MOST_STEPS = 80
MOST_LOOKS = 15
"""How often a caller is told to hold on before a person is called."""

LEASE_SECONDS = 10.0


class Heard(Value):
    """What came of listening: keys, or words and how sure the carrier is of them, or neither."""

    digits: str = ""
    words: str = ""
    confidence: float = 0.0

    @property
    def nothing(self) -> bool:
        """Whether there was only silence."""
        return not self.digits and not self.words


class Next(Value):
    """How a call goes on, and how it stands then."""

    call: Call
    twiml: str


@dataclass(frozen=True)
class PhoneLine:
    """What the doors of the phone line need, and how a call goes on."""

    account: Account
    public_url: str
    assistant: Assistant
    calls: Calls
    words: PhoneWords
    yes: Phrases
    per_caller: int
    per_caller_day: int
    patience: float

    async def greet(self, call: Call) -> str:
        """A call comes in: welcome, or a word on why it cannot be taken; a draft left behind is taken up again."""
        limited = await self.calls.begin(call, counts=self._counts(call))
        return await self._once(call, "0", lambda: self._greeting(call, limited))

    async def said(self, call: Call, step: int, heard: Heard) -> str:
        """Something was pressed or said, or nothing was."""
        return await self._once(call, str(step), lambda: self._next(call, step, heard))

    async def waited(self, call: Call, step: int, look: int) -> str:
        """The caller held on; the turn may be done now."""
        return await self._once(call, f"{step}.{look}", lambda: self._looked(call, step, look))

    async def dialled(self, call: Call, step: int, *, taken: bool) -> str:
        """A person took the call, or nobody did."""
        return await self._once(call, f"{step}.d", lambda: self._after_dialling(call, step, taken=taken))

    async def whisper(self, call: Call) -> str:
        """What the staff member hears before the caller is put through."""
        conversation = await self._conversation(call)
        return self.words.whisper(conversation, call.language or "en")

    async def _once(self, call: Call, step: str, make_answer: Callable[[], Awaitable[Next]]) -> str:
        if (known := await self.calls.answered(call.call_id, step)) is not None:
            return known
        after = await make_answer()
        return await self.calls.answer(after.call, step, after.twiml)

    async def _greeting(self, call: Call, limited: str | None) -> Next:
        if await self._off():
            return Next(call=call, twiml=self.words.end("call_off", "en"))
        if limited is not None:
            return Next(call=call, twiml=self.words.end("too_many", "en"))
        left = await self.calls.unfinished(call)
        before = await self.assistant.store.conversation(left) if left else None
        if before is None or before.handed_off:
            return Next(call=call, twiml=self.words.welcome())
        call = call.model_copy(update={"conversation_id": left, "language": before.language})
        return await self._resumed(call, 0, ("call_welcome", "call_welcome_back"))

    async def _next(self, call: Call, step: int, heard: Heard) -> Next:
        if await self._off():
            return Next(call=call, twiml=self.words.end("call_off", call.language or "en"))
        if heard.nothing:
            return await self._silence(call, step)
        call = call.model_copy(update={"silences": 0})
        if heard.digits == PERSON or step >= MOST_STEPS:
            return await self._person(call, step)
        beginning = call.conversation_id is None and call.heard is None
        if beginning and (language := by_digit(heard.digits)) is not None:
            call = call.model_copy(update={"language": language})
            return Next(call=call, twiml=self.words.ask(("call_ask", "call_person_key"), language, step + 1))
        return await self._understood(call, step, heard)

    async def _understood(self, call: Call, step: int, heard: Heard) -> Next:
        """Words that were hardly heard are read back first, unless they may tell of danger."""
        language = call.language or "en"
        unsure, call = call.heard, call.model_copy(update={"heard": None})
        if unsure is not None and (heard.digits == YES or self.yes.whole(compact(heard.words))):
            return await self._take(call, step, unsure)
        if unsure is not None and heard.digits:
            return Next(call=call, twiml=self.words.ask(("call_say_again",), language, step + 1, digits=None))
        danger = self.assistant.ports.screen(heard.words, Channel.VOICE).safety is not None
        if heard.words and 0.0 < heard.confidence < HARDLY and not danger and unsure is None:
            call = call.model_copy(update={"heard": heard.words})
            return Next(call=call, twiml=self.words.heard(heard.words, language, step + 1))
        return await self._take(call, step, heard.words or await self._keyed(call, heard.digits))

    async def _keyed(self, call: Call, digits: str) -> str:
        """What keys say: the last seven digits of a case number where one is asked for, else just the digits."""
        conversation = await self._conversation(call)
        asked = conversation.asked.asking_for if conversation else None
        if asked == "case_number" and len(digits) == len(make(1)) - len("B311--"):
            return f"B311-{digits[:-1]}-{digits[-1]}"
        return digits

    async def _take(self, call: Call, step: int, words: str) -> Next:
        """Have the assistant answer; while that takes long the caller is told to hold on."""
        call, turn = await self._turn(call, step, words)
        if turn is None:
            return Next(call=call, twiml=self.words.hold(call.language or "en", step, look=1))
        return await self._answer(call, step, turn)

    async def _resumed(self, call: Call, step: int, names: tuple[str, ...]) -> Next:
        """Go on where the conversation stands, which nobody but the assistant looks after any more."""
        language, conversation = call.language or "en", await self._conversation(call)
        if conversation is not None and conversation.handed_off:
            await self.assistant.take(_inbound(call, f"{step}.b", "back"), wait_seconds=self.patience)
            conversation = await self._conversation(call)
        return Next(call=call, twiml=self.words.go_on(names, conversation, language, step + 1))

    async def _turn(self, call: Call, step: int, words: str) -> tuple[Call, Turn | None]:
        conversation_id = call.conversation_id or uuid5(NAMESPACE_OID, f"call\n{call.call_id}").hex
        call = call.model_copy(update={"conversation_id": conversation_id, "language": call.language or "en"})
        await self.assistant.store.open(
            conversation_id,
            Channel.VOICE,
            token_hash=hashed(token_urlsafe(32)),
            language=call.language,
            phone=call.caller if call.proven else None,
            texts_from=call.our_number if call.proven else None,
        )
        await self._taken_back(conversation_id)
        return call, await self.assistant.take(_inbound(call, str(step), words), wait_seconds=self.patience)

    async def _answer(self, call: Call, step: int, turn: Turn) -> Next:
        language = turn.replies[-1].language if turn.replies else call.language or "en"
        if language not in book().voices:
            return Next(call=call, twiml=self.words.person(call, step, before=("call_not_spoken",), language="en"))
        call = call.model_copy(update={"language": language})
        said = tuple(reply.text for reply in turn.replies)
        if turn.handed_off:
            return Next(call=call, twiml=self.words.person(call, step, texts=said, language=language))
        conversation = await self.assistant.store.conversation(turn.conversation_id)
        return Next(call=call, twiml=self.words.reply(turn, conversation, language, step + 1))

    async def _looked(self, call: Call, step: int, look: int) -> Next:
        message_id = f"{call.call_id}:{step}"
        conversation_id = call.conversation_id
        if conversation_id is None or look > MOST_LOOKS:
            return Next(
                call=call, twiml=self.words.person(call, step, before=("parked",), language=call.language or "en")
            )
        turn = await self.assistant.worker.finished(conversation_id, message_id, wait_seconds=self.patience)
        if turn is None:
            return Next(call=call, twiml=self.words.hold(call.language or "en", step, look=look + 1))
        return await self._answer(call, step, turn)

    async def _silence(self, call: Call, step: int) -> Next:
        """Ask again, twice; then a person, or good-bye to somebody who has all they wanted."""
        language = call.language or "en"
        call = call.model_copy(update={"silences": call.silences + 1})
        conversation = await self._conversation(call)
        if conversation is not None and conversation.asked.asking_for is None and call.silences >= MOST_SILENCES - 1:
            return Next(call=call, twiml=self.words.end("call_goodbye", language))
        if call.silences >= MOST_SILENCES:
            return await self._person(call, step)
        return Next(call=call, twiml=self.words.again(conversation, language, step + 1))

    async def _person(self, call: Call, step: int) -> Next:
        """Hand over, whether or not the assistant could note it in time."""
        call, turn = await self._turn(call, step, "agent")
        texts = tuple(reply.text for reply in turn.replies) if turn is not None and turn.handed_off else ()
        names = () if texts else ("handed_off",)
        return Next(
            call=call, twiml=self.words.person(call, step, before=names, texts=texts, language=call.language or "en")
        )

    async def _after_dialling(self, call: Call, step: int, *, taken: bool) -> Next:
        if taken:
            return Next(call=call, twiml=self.words.hung_up())
        return await self._resumed(call, step, ("call_nobody",))

    async def _conversation(self, call: Call) -> Conversation | None:
        return await self.assistant.store.conversation(call.conversation_id) if call.conversation_id else None

    async def _taken_back(self, conversation_id: str) -> None:
        """Whoever speaks to the assistant is not with a person any more, whatever became of the transfer."""
        store = self.assistant.store
        if not (await store.conversation(conversation_id)).handed_off:
            return
        lease = await store.take_lease(conversation_id, seconds=LEASE_SECONDS)
        if lease is None:
            return
        try:
            back = (await store.conversation(conversation_id)).model_copy(update={"handed_off": False})
            await store.settle(lease, back)
        finally:
            await store.release(lease)

    async def _off(self) -> bool:
        return Switch.VOICE in await self.assistant.switches.off()

    def _counts(self, call: Call) -> tuple[Counted, ...]:
        """Limits of one caller. Those who hide their number share none: one of them could shut the others out."""
        if not call.caller.startswith("+1"):
            return ()
        limits = ((self.per_caller, TEN_MINUTES, "call"), (self.per_caller_day, DAY, "call_day"))
        return tuple(
            Counted(limit=Limit(scope=scope, most=most, seconds=seconds), key=call.caller)
            for most, seconds, scope in limits
        )


def _inbound(call: Call, step: str, words: str) -> Inbound:
    """What was said at a step, under a name that a repeat of the webhook has too. Raises ValueError before any turn."""
    if call.conversation_id is None:
        raise ValueError(f"Nothing was said yet in the call {call.call_id!r}.")
    return Inbound(
        conversation_id=call.conversation_id,
        channel=Channel.VOICE,
        message_id=f"{call.call_id}:{step}",
        text=words,
        at=datetime.now(UTC),
    )
