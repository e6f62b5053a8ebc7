"""Checks requests for chat completions as strictly as OpenAI does, and refuses with the same errors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

KNOWN = frozenset(
    "model messages stream stream_options response_format tools tool_choice temperature top_p max_tokens"
    " max_completion_tokens store prompt_cache_key seed n stop user metadata parallel_tool_calls reasoning_effort"
    " presence_penalty frequency_penalty logprobs top_logprobs logit_bias service_tier verbosity".split()
)
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
NOT_PERMITTED = (
    "default allOf oneOf not if then else dependentRequired dependentSchemas patternProperties propertyNames"
    " minLength maxLength minProperties maxProperties uniqueItems contains".split()
)
DEEPEST = 10
MOST_PROPERTIES = 5_000


@dataclass
class Refused(Exception):
    """A request that is answered with an error."""

    message: str
    status: int = 400
    kind: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None

    def body(self) -> dict[str, Any]:
        """The error as OpenAI writes it."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


def failure(status: int) -> Refused:
    """The error of a server that fails on purpose."""
    kinds = {401: "invalid_request_error", 404: "invalid_request_error", 429: "requests"}
    codes = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
    kind = kinds.get(status, "server_error")
    return Refused("This fails on purpose.", status=status, kind=kind, code=codes.get(status))


def check_key(authorization: str | None, key: str) -> None:
    """Raises Refused for a missing or wrong key."""
    if authorization != f"Bearer {key}":
        raise Refused("Incorrect API key provided.", status=401, code="invalid_api_key")


def check_request(body: object, *, model: str) -> dict[str, Any]:
    """The request if it may be answered. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused("We could not parse the JSON body of your request.")
    for name in body:
        if name not in KNOWN:
            raise Refused(f"Unrecognized request argument supplied: {name}", param=name)
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise Refused("you must provide a model parameter")
    if body["model"] != model:
        raise Refused(f"The model `{body['model']}` does not exist", status=404, code="model_not_found")
    _check_messages(body.get("messages"))
    _check_numbers(body)
    _check_format(body)
    _check_tools(body)
    return body


def _check_messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise Refused("Invalid 'messages': expected an array with minimum length 1.", param="messages")
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise Refused(f"Invalid value for '{where}.role'.", param=f"{where}.role", code="invalid_value")
        if message["role"] == "tool" and not _calls_before(messages[:place], message.get("tool_call_id")):
            raise Refused(
                "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
                param=f"{where}.role",
            )
        if not isinstance(message.get("content"), str) and not message.get("tool_calls"):
            raise Refused(f"Invalid type for '{where}.content': expected a string.", param=f"{where}.content")


def _calls_before(messages: list[dict[str, Any]], call_id: object) -> bool:
    return any(call.get("id") == call_id for message in messages for call in message.get("tool_calls") or [])


def _check_numbers(body: dict[str, Any]) -> None:
    temperature = body.get("temperature")
    if temperature is not None and not 0 <= temperature <= 2:
        raise Refused("Invalid 'temperature': expected a value between 0 and 2.", param="temperature")
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise Refused("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    for name in ("max_tokens", "max_completion_tokens"):
        if name in body and (not isinstance(body[name], int) or body[name] < 1):
            raise Refused(f"Invalid '{name}': integer below minimum value.", param=name)
    if body.get("stream_options") is not None and not body.get("stream"):
        raise Refused(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )


def _check_format(body: dict[str, Any]) -> None:
    form = body.get("response_format")
    if form is None:
        return
    kind = form.get("type") if isinstance(form, dict) else None
    if kind not in ("text", "json_object", "json_schema"):
        raise Refused("Invalid value for 'response_format.type'.", param="response_format.type")
    if kind == "json_object" and not any("json" in str(each["content"]).casefold() for each in body["messages"]):
        raise Refused(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param="messages",
        )
    if kind == "json_schema":
        shape = form.get("json_schema")
        if not isinstance(shape, dict) or not NAME.fullmatch(str(shape.get("name", ""))):
            raise Refused("Missing or invalid 'response_format.json_schema.name'.", param="response_format")
        if shape.get("strict"):
            _check_schema(shape.get("schema"), shape["name"], "response_format")


def _check_tools(body: dict[str, Any]) -> None:
    tools = body.get("tools")
    if tools is None:
        if body.get("tool_choice") not in (None, "none"):
            raise Refused("'tool_choice' is only allowed when 'tools' are specified.", param="tool_choice")
        return
    if not tools:
        raise Refused("Invalid 'tools': empty array.", param="tools")
    for tool in tools:
        function = tool.get("function") or {}
        if tool.get("type") != "function" or not NAME.fullmatch(str(function.get("name", ""))):
            raise Refused("Invalid 'tools[0].function.name'.", param="tools[0].function.name")
        if function.get("strict"):
            _check_schema(function.get("parameters"), function["name"], "tools[0].function.parameters")


def _check_schema(schema: object, name: str, param: str) -> None:
    """The subset of JSON Schema that strict mode takes."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise Refused(f"Invalid schema for '{name}': schema must be a JSON Schema of 'type: \"object\"'.", param=param)
    counted = 0
    for where, node, depth in _nodes(schema, (), 0):
        wrong = next((keyword for keyword in NOT_PERMITTED if keyword in node), None)
        problem = f"'{wrong}' is not permitted." if wrong else _object_problem(node)
        counted += len(node.get("properties") or {})
        if depth > DEEPEST or counted > MOST_PROPERTIES:
            problem = "the schema is too deep or too large."
        if problem:
            raise Refused(f"Invalid schema for '{name}': In context={where}, {problem}", param=param)


def _object_problem(node: dict[str, Any]) -> str | None:
    if node.get("type") != "object":
        return None
    if node.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    missing = set(node.get("properties") or {}) ^ set(node.get("required") or [])
    if missing:
        return f"'required' must include every key in properties. Extra or missing: {sorted(missing)[0]!r}."
    return None


def _nodes(node: object, where: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], dict[str, Any], int]]:
    """Every schema within a schema, with its path."""
    if not isinstance(node, dict):
        return
    yield where, node, depth
    for group in ("properties", "$defs"):
        for name, each in (node.get(group) or {}).items():
            yield from _nodes(each, (*where, group, name), depth + (group == "properties"))
    for name in ("items", "additionalProperties"):
        yield from _nodes(node.get(name), (*where, name), depth + 1)
    for place, each in enumerate(node.get("anyOf") or []):
        yield from _nodes(each, (*where, "anyOf", str(place)), depth)
