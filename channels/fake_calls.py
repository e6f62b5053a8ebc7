"""Calls by way of the fake Twilio: does what TwiML says as the real one does, with signed webhooks, retries and
time-outs, so that somebody can call the assistant by typing."""

import asyncio
from dataclasses import dataclass, field
from xml.etree import ElementTree

from channels.fake_twilio import FakeTwilio, new_sid
from channels.voice import VOUCHED

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
"""What Twilio says by itself where a webhook does not answer."""

MOST_REDIRECTS = 100
CARRIER, STAFF, ASSISTANT, CALLER = "Carrier", "Staff", "311", "You"


@dataclass
class Heard:
    """One line of a call: who said it, in which language, to whom."""

    who: str
    text: str
    language: str = ""


@dataclass
class FakeCall:
    """A call that exists only here. `listening` is where what the caller does is told, "" while nobody listens."""

    sid: str
    caller: str
    our_number: str
    proven: bool
    lines: list[Heard] = field(default_factory=list)
    listening: str = ""
    keys: int = 0
    ended: bool = False
    connected: bool = False

    def said(self) -> list[str]:
        """What the assistant said, line by line."""
        return [line.text for line in self.lines if line.who == ASSISTANT]


@dataclass
class FakeCalls:
    """The voice side of the carrier. `staff_takes` says whether somebody answers where callers are put through."""

    fake: FakeTwilio
    staff_takes: bool = True
    calls: dict[str, FakeCall] = field(default_factory=dict)

    def of(self, caller: str) -> FakeCall | None:
        """The latest call of a phone."""
        return next((call for call in reversed(self.calls.values()) if call.caller == caller), None)

    async def call(self, caller: str, our_number: str, *, proven: bool = True) -> FakeCall:
        """Call the assistant; back once it listens, or the call has ended."""
        call = FakeCall(sid=new_sid("CA"), caller=caller, our_number=our_number, proven=proven)
        self.calls[call.sid] = call
        await self._tell(call, f"{self.fake.assistant_url}/voice/inbound", {"CallStatus": "ringing"})
        return call

    async def say(self, call: FakeCall, words: str, *, confidence: float = 0.92) -> list[str]:
        """Speak; what the assistant says then."""
        call.lines.append(Heard(CALLER, words))
        return await self._does(call, {"SpeechResult": words, "Confidence": f"{confidence:.4f}"})

    async def press(self, call: FakeCall, digits: str) -> list[str]:
        """Press keys; no more of them count than are listened for."""
        digits = digits[: call.keys] if call.keys else digits
        call.lines.append(Heard(CALLER, f"[{digits}]"))
        return await self._does(call, {"Digits": digits})

    async def silence(self, call: FakeCall) -> list[str]:
        """Say and press nothing until the carrier gives up waiting."""
        call.lines.append(Heard(CALLER, "[silence]"))
        return await self._does(call, {})

    async def hang_up(self, call: FakeCall) -> None:
        """End the call from the caller's side."""
        await self._end(call)

    async def _does(self, call: FakeCall, what: dict[str, str]) -> list[str]:
        before = len(call.said())
        if call.listening and not call.ended:
            url, call.listening = call.listening, ""
            await self._tell(call, url, what)
        return call.said()[before:]

    async def _tell(self, call: FakeCall, url: str, what: dict[str, str]) -> None:
        """Tell a webhook, do what it answers, and so on until the call listens or ends."""
        told = what
        for _ in range(MOST_REDIRECTS):
            twiml = await self._asked(call, url, told)
            if twiml is None:
                call.lines.append(Heard(CARRIER, APPLICATION_ERROR))
                break
            following = await self._done(call, twiml)
            if following is None:
                break
            url, told = following
        if not call.listening:
            await self._end(call)

    async def _asked(self, call: FakeCall, url: str, what: dict[str, str]) -> ElementTree.Element | None:
        form = {
            "AccountSid": self.fake.account, "ApiVersion": "2010-04-01", "CallSid": call.sid, "From": call.caller,
            "To": call.our_number, "CallStatus": "in-progress", "Direction": "inbound", "CallerCity": "BOSTON",
            "FromCountry": "US", **({"StirVerstat": VOUCHED} if call.proven else {}), **what,
        }  # fmt: skip
        answer = await self.fake.told(self.fake.signed(url, form))
        if answer is None or answer.status_code != 200:
            return None
        return ElementTree.fromstring(answer.text)  # noqa: S314 - our own answer

    async def _done(self, call: FakeCall, twiml: ElementTree.Element) -> tuple[str, dict[str, str]] | None:
        """Do the verbs in order; where to go on, if the call neither listens nor ends."""
        for verb in twiml:
            match verb.tag:
                case "Say":
                    self._heard(call, verb)
                case "Gather":
                    for inner in verb.iter("Say"):
                        self._heard(call, inner)
                    call.listening, call.keys = verb.attrib["action"], int(verb.get("numDigits", "0"))
                    return None
                case "Redirect":
                    return verb.text or "", {}
                case "Dial":
                    return verb.attrib["action"], await self._dialled(call, verb)
                case "Hangup":
                    return None
        return None

    def _heard(self, call: FakeCall, verb: ElementTree.Element) -> None:
        call.lines.append(Heard(ASSISTANT, verb.text or "", verb.get("language", "")))

    async def _dialled(self, call: FakeCall, verb: ElementTree.Element) -> dict[str, str]:
        """Ring the staff member: they hear the whisper, and take the call or do not."""
        number = verb.find("Number")
        taken = self.staff_takes and number is not None and await self._whispered(call, number)
        if not taken:
            return {"DialCallStatus": "no-answer"}
        call.connected = True
        call.lines.append(Heard(CARRIER, "[connected to a person]"))
        return {"DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "60"}

    async def _whispered(self, call: FakeCall, number: ElementTree.Element) -> bool:
        leg = FakeCall(sid=new_sid("CA"), caller=call.our_number, our_number=number.text or "", proven=False)
        twiml = await self._asked(leg, number.get("url", ""), {"ParentCallSid": call.sid})
        gather = twiml.find("Gather") if twiml is not None else None
        if gather is None:
            return False
        call.lines += [Heard(STAFF, f"(hears) {inner.text}") for inner in gather.iter("Say")]
        agreed = await self._asked(leg, gather.attrib["action"], {"Digits": "1", "ParentCallSid": call.sid})
        return agreed is not None and agreed.find("Hangup") is None

    async def _end(self, call: FakeCall) -> None:
        if call.ended:
            return
        call.ended, call.listening = True, ""
        form = {"AccountSid": self.fake.account, "CallSid": call.sid, "CallStatus": "completed", "CallDuration": "42",
                "From": call.caller, "To": call.our_number}  # fmt: skip
        request = self.fake.signed(f"{self.fake.assistant_url}/voice/status", form)
        await asyncio.gather(self.fake.told(request), self.fake.told(request))
