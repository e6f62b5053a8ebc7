"""Plays a conversation by text through a server that is killed in the middle, and writes down what the phone saw:
`python -m channels.text_story docs/texting-story.md`."""

import asyncio
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from assistant.settings import read_settings
from channels.fake_twilio import Text
from channels.fleet import LEFT
from channels.sms_bench import OURS, Bench, running_bench

PHONE = "+16175550123"
HEAD = """# A conversation by text, with a photo, a crash and an opt-out

Made by `python -m channels.text_story`: a real server, the fake Twilio (`channels/fake_twilio.py`), and `kill -9`
while a text waits for its answer. Nothing here is typed. Under each text stands how it was billed and how far it got.
"""


def picture() -> bytes:
    """A photo."""
    written = BytesIO()
    Image.new("RGB", (320, 240), "gray").save(written, "JPEG")
    return written.getvalue()


class Story:
    """The phone, the server, and what is told of both."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._told: list[str] = [HEAD]
        self._shown = 0

    async def say(self, body: str, *, photos: tuple[bytes, ...] = ()) -> None:
        """Send a text, and tell what came back."""
        await self._bench.fake.send(address=PHONE, our_number=OURS, body=body, photos=photos)
        await self._settled()

    async def crash(self, body: str) -> None:
        """Send a text, kill the server before it has answered, and start it again."""
        await self._bench.fake.send(address=PHONE, our_number=OURS, body=body)
        waiting = await self._bench.ask(LEFT)
        self._bench.kill()
        self._tell()
        self._told.append(
            f"*The server is killed with `kill -9`; {waiting} text waits for its answer. It is started again.*\n"
        )
        await self._bench.start()
        await self._settled()

    async def cases(self) -> None:
        """Tell what the case system holds, and which photos are left at the carrier."""
        cases = await self._bench.ask("SELECT count(*) FROM crm_case")
        left = len(self._bench.fake.media)
        self._told.append(f"In the case system afterwards: {cases} case. Photos left at the carrier: {left}.\n")

    def written(self) -> str:
        """The whole story."""
        return "\n".join(self._told)

    async def _settled(self) -> None:
        await self._bench.drained()
        await self._bench.fake.settled()
        self._tell()

    def _tell(self) -> None:
        texts = self._bench.fake.conversation(PHONE)
        self._told += [_line(text) for text in texts[self._shown :]]
        self._shown = len(texts)


def _line(text: Text) -> str:
    who = "Resident" if text.inbound else "Carrier" if text.by_carrier else "Beacon"
    quoted = "\n".join(f"> {line}" if line else ">" for line in (text.body or "(a photo)").splitlines())
    many = f", {len(text.photos)} photo" if text.photos else ""
    count = "1 segment" if text.segments == 1 else f"{text.segments} segments"
    return f"**{who}**\n{quoted}\n>\n> <sub>{count}, {text.status}{many}</sub>\n"


async def story() -> str:
    """Play it."""
    with TemporaryDirectory() as folder:
        async with running_bench(read_settings(), Path(folder)) as bench:
            told = Story(bench)
            await told.say("how do i get a resident parking permit")
            await told.say("1")
            await told.say("theres a huge pothole outside 100 perham st west roxbury", photos=(picture(),))
            await told.crash("1")
            await told.say("STOP")
            await told.say("is anybody there")
            await told.say("START")
            await told.say("whats the status of my report")
            await told.cases()
            return told.written()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(story()), encoding="utf-8")
