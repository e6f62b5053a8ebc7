"""The shape all our values share: frozen, strict about keys, and able to travel as JSON."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value; change it with `model_copy(update=...)`. Unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)
