"""The opponent's model on the test server: the scripted step that follows the messages so far."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SCRIPTS = Path(__file__).parent / "peers" / "agent_scripts.yaml"
Message = dict[str, Any]


@lru_cache
def agent_scripts(path: Path = SCRIPTS) -> dict[str, dict[str, Any]]:
    """What the opponent does, by scenario."""
    content: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def next_step(script: dict[str, Any], messages: list[Message]) -> Message:
    """The assistant's message after these ones."""
    said = [each for each in messages if each["role"] == "user"]
    done = [call["function"]["name"] for each in messages for call in each.get("tool_calls") or []]
    if "service" in script:
        return _report(script, done, confirmed=len(said) > 1, opening=str(said[0]["content"]))
    for tool, argument in (("search_articles", "question"), ("get_case", "case_id"), ("hand_off", "reason")):
        given = script.get("hand_off" if tool == "hand_off" else argument)
        if given is not None and tool not in done:
            return _calls((tool, {argument: given}))
    return {"content": script["says"]}


def _report(script: dict[str, Any], done: list[str], *, confirmed: bool, opening: str) -> Message:
    place = {"address": script["address"]}
    if not done:
        return _calls(
            ("search_services", {"text": opening}),
            ("locate", place),
            ("find_duplicates", {"service": script["service"], **place}),
        )
    if not confirmed:
        return {"content": f"I would send: {script['service']} at {script['address']}. Shall I send it?"}
    if "create_case" not in done:
        given = {"service": script["service"], **place, "description": opening, "answers": script["answers"]}
        return _calls(("create_case", given))
    return {"content": "It is sent. Keep the case number to ask how it stands."}


def _calls(*calls: tuple[str, dict[str, Any]]) -> Message:
    told = [
        {"id": f"call_{place}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
        for place, (name, given) in enumerate(calls)
    ]
    return {"content": None, "tool_calls": told}
