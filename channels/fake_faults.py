"""The ways in which a carrier's API fails, each for one request."""

from enum import StrEnum


class Fault(StrEnum):
    """What happens to the next text that is handed over."""

    LOST_ANSWER = "lost_answer"
    TOO_MANY = "too_many"
    SERVER_ERROR = "server_error"
    TAKEN_THEN_ERROR = "taken_then_error"
    GARBAGE = "garbage"
    SHUT_OUT = "shut_out"
