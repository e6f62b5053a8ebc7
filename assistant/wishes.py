"""What the messages of a turn say about texting itself ("stop", "start", "help"), each looked at by itself."""

from assistant.conversation import Conversation
from assistant.message import Message
from assistant.screening import Screen
from tools.value import Value


class Heard(Value):
    """The words of a turn but those about texting, the last wish about it, and whether the carrier answered that."""

    text: str
    wish: str | None = None
    by_carrier: bool = False


def heard(messages: tuple[Message, ...], screen: Screen, conversation: Conversation) -> Heard:
    """A burst may hold a "stop" among other words: it counts as if it had come alone."""
    wishes = [_wish(message, screen, conversation) for message in messages]
    last = next((place for place in reversed(range(len(messages))) if wishes[place]), None)
    if last is None:
        return Heard(text="\n".join(message.text for message in messages))
    rest = [message.text for message, wish in zip(messages, wishes, strict=True) if wish is None]
    wish = None if rest and wishes[last] == "help" else wishes[last]
    text = "\n".join(rest) or messages[last].text
    return Heard(text=text, wish=wish, by_carrier=wish is not None and messages[last].carrier is not None)


def _wish(message: Message, screen: Screen, conversation: Conversation) -> str | None:
    """To carriers a plain "yes" asks for texts again; from somebody who gets them it is an answer to us."""
    ours = screen.wish(message.text, conversation.channel)
    if message.carrier == "in" and not conversation.opted_out:
        return ours
    return message.carrier or ours
