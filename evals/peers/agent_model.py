"""A LangChain chat model over the OpenAI SDK, as small as one can be, so that the opponent's glue costs it little."""

import json
from collections.abc import Sequence
from typing import Any

import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict


class ChatModel(BaseChatModel):
    """Calls a server's chat completions, with tools if they are bound."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    client: openai.AsyncOpenAI
    model: str

    @property
    def _llm_type(self) -> str:
        return "openai-compatible"

    def bind_tools(self, tools: Sequence[Any], **options: Any) -> Any:  # noqa: ANN401 - LangChain's own signature
        """The model with these tools."""
        return self.bind(tools=[convert_to_openai_tool(each) for each in tools], **options)

    def _generate(self, *_: Any, **__: Any) -> ChatResult:  # noqa: ANN401 - LangChain's own signature
        raise NotImplementedError("This model is asked asynchronously only.")

    async def _agenerate(self, messages: list[BaseMessage], *_: Any, **options: Any) -> ChatResult:  # noqa: ANN401 - LangChain's own signature
        told: Any = convert_to_openai_messages(messages)
        answer = await self.client.chat.completions.create(
            model=self.model,
            messages=told,
            tools=options["tools"],
            temperature=0,
        )
        said = answer.choices[0].message
        return ChatResult(generations=[ChatGeneration(message=_message(said))])


def _message(said: Any) -> AIMessage:  # noqa: ANN401 - the SDK's message, whose tool calls are a union
    calls = [
        {"name": call.function.name, "args": json.loads(call.function.arguments), "id": call.id}
        for call in said.tool_calls or []
    ]
    return AIMessage(content=said.content or "", tool_calls=calls)
