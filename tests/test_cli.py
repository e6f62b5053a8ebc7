"""The command line: lines of JSON in and out, a terminal conversation that ends cleanly, no tracebacks."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest

from channels.lines import LineBroken, lines_of
from tests.running import ROOT, beacon, environment, prepared

DRAFT = set(
    "id draft_id language engine kind safety service location fields contact missing next_question jurisdiction route "
    "duplicates more suggested_reply".split()
)


@pytest.fixture(scope="module")
def folder(data_dir: Path, reading: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(data_dir, tmp_path_factory.mktemp("cli"))


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def test_draft_answers_every_line_in_order_with_the_keys_of_the_design(folder: Path) -> None:
    given = lines(
        {"id": "b", "text": "pothole at 100 Perham St"}, {"id": 7, "text": "when is trash day"}, {"id": "", "text": ""}
    )

    done = beacon("draft", "--jsonl", folder=folder, given=given)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [answer["id"] for answer in answers] == ["b", 7, ""]
    assert [set(answer) for answer in answers] == [DRAFT] * 3


def test_ask_gives_outcome_text_sources_and_language(folder: Path) -> None:
    given = lines({"id": "1", "text": "when does street sweeping run?"}, {"id": "2", "text": "asdf qwer"})

    done = beacon("ask", "--jsonl", folder=folder, given=given)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(answer) for answer in answers] == [["id", "outcome", "text", "citations", "language"]] * 2
    assert answers[0]["outcome"] == "answered"
    assert list(answers[0]["citations"][0]) == ["title", "url", "as_of"]


def test_read_gives_language_safety_texting_words_and_requests(folder: Path) -> None:
    given = lines(
        {"id": 1, "text": "pothole at 100 Perham St and when is trash day?", "channel": "web"},
        {"id": 2, "text": "STOP", "channel": "sms"},
        {"id": 3, "text": "i smell gas in my house"},
        {"id": 4, "text": "12 Beacon St", "asking_for": "location"},
    )

    done = beacon("read", "--jsonl", folder=folder, given=given)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(answer) for answer in answers] == [["id", "language", "safety", "opt", "requests"]] * 4
    assert list(answers[0]["requests"][0]) == ["kind", "quote", "service"]
    assert [request["kind"] for request in answers[0]["requests"]] == ["report", "question"]
    assert answers[1]["opt"] == "out"
    assert answers[2]["safety"] == "911"


BAD_LINES = {
    "not_json": b"hello",
    "not_an_object": b"[1]",
    "no_text": b'{"id": "2"}',
    "no_id": b'{"text": "pothole"}',
    "text_is_a_number": b'{"id": "2", "text": 5}',
    "not_utf8": b'{"id": "2", "text": "\xff"}',
    "nested_too_deep": b"[" * 100_000,
    "unknown_channel": b'{"id": "2", "text": "a", "channel": "fax"}',
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_named_by_its_number(bad: bytes) -> None:
    text = b'{"id":"1","text":"hello"}\n\n' + bad

    with pytest.raises(LineBroken, match=r"^Line 3 is not what is expected"):
        list(lines_of(BytesIO(text)))


def test_a_bad_line_ends_a_command_with_that_sentence(folder: Path) -> None:
    done = beacon("read", "--jsonl", folder=folder, given=b'{"id":"1","text":"hello"}\nhello\n')

    assert done.returncode == 1
    assert done.stderr.decode().startswith("Line 2 ")
    assert len(done.stdout.splitlines()) == 1


def test_strange_text_in_a_line_is_answered_and_keeps_its_id(folder: Path) -> None:
    given = b'\xef\xbb\xbf{"id":"\\ud800","text":"pot\\u0000hole \\udfff"}\n{"id":"2","text":"\xf0\x9f\x95\xb3"}\n'

    done = beacon("draft", "--jsonl", folder=folder, given=given, more={"PYTHONIOENCODING": "ascii"})

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr.decode()
    assert [answer["id"] for answer in answers] == ["\ufffd", "2"]


def test_a_command_without_words_says_what_it_needs(folder: Path) -> None:
    done = beacon("ask", folder=folder)

    assert done.returncode == 1
    assert done.stderr.decode().startswith("There are no words to read.")
    assert "Traceback" not in done.stderr.decode()


def test_a_conversation_shows_what_is_done_and_keeps_a_transcript(folder: Path, tmp_path: Path) -> None:
    transcript = tmp_path / "talk.txt"
    given = b"when does street sweeping run?\n\npothole [/dim] at 100 Perham St\nquit\nnever sent\n"

    done = beacon("chat", "--transcript", str(transcript), folder=folder, given=given)

    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert re.search(r"^(You: )?· ", shown, re.MULTILINE)
    assert "(as of" in shown
    assert shown.rstrip().endswith("Goodbye.")
    assert transcript.read_text(encoding="utf-8").count("You: ") == 2


def test_a_transcript_that_cannot_be_written_is_told_before_anything_is_asked(folder: Path) -> None:
    done = beacon("chat", "--transcript", str(folder), folder=folder)

    assert done.returncode == 1
    assert str(folder) in done.stderr.decode()


class Terminal:
    """A conversation in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "channels.main", "chat"],
            cwd=ROOT,
            env=environment(folder, TERM="xterm", COLUMNS="100"),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def read_until(self, words: str) -> None:
        """Read what is shown until these words have come."""
        until = time.monotonic() + 60
        while words not in self.shown and time.monotonic() < until:
            try:
                self.shown += os.read(self.master, 4096).decode("utf-8", "replace")
            except OSError:
                break
        assert words in self.shown, self.shown

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.master, keys)


@pytest.mark.parametrize("keys", [b"\x04", b"quit\n", b"/quit\n"], ids=["end_of_input", "quit", "slash_quit"])
def test_a_terminal_conversation_ends_cleanly(folder: Path, keys: bytes) -> None:
    terminal = Terminal(folder)
    terminal.read_until("You: ")

    terminal.type(keys)
    terminal.read_until("Goodbye.")

    assert terminal.process.wait(timeout=20) == 0
    assert "Traceback" not in terminal.shown


def test_ctrl_c_ends_a_terminal_conversation_at_once(folder: Path) -> None:
    terminal = Terminal(folder)
    terminal.read_until("You: ")
    time.sleep(1)  # nobody presses a key in the instant in which the prompt appears

    terminal.process.send_signal(signal.SIGINT)
    terminal.read_until("Goodbye.")

    assert terminal.process.wait(timeout=20) == 0
    assert "Traceback" not in terminal.shown
