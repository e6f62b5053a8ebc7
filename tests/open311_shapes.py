"""What Open311 says is shaped as the published schemas of GeoReport v2 have it (open311/schema-validation)."""

from typing import Any

TEXT: dict[str, Any] = {"type": ["string", "null"]}
CASE: dict[str, Any] = {
    "type": "object",
    "required": ["service_request_id", "status", "service_code", "requested_datetime"],
    "properties": {
        "service_request_id": {"type": "string"},
        "status": {"enum": ["open", "closed"]},
        "service_code": {"type": "string"},
        "requested_datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "description": {"type": ["string", "null"], "maxLength": 4000},
        "lat": {"type": ["number", "null"]},
        "long": {"type": ["number", "null"]},
        **dict.fromkeys(
            (
                "service_name",
                "agency_responsible",
                "service_notice",
                "status_notes",
                "address",
                "address_id",
                "zipcode",
                "updated_datetime",
                "expected_datetime",
                "media_url",
            ),
            TEXT,
        ),
    },
}
SERVICE: dict[str, Any] = {
    "type": "object",
    "required": ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"],
    "properties": {
        "service_code": {"type": "string"},
        "service_name": {"type": "string"},
        "description": TEXT,
        "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch", "blackbox"]},
        "keywords": TEXT,
        "group": TEXT,
    },
}
QUESTION: dict[str, Any] = {
    "type": "object",
    "required": ["variable", "code", "datatype", "required", "order", "description", "values"],
    "properties": {
        "variable": {"type": "boolean"},
        "code": {"type": "string"},
        "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        "required": {"type": "boolean"},
        "datatype_description": TEXT,
        "order": {"type": ["integer", "null"]},
        "description": TEXT,
        "values": {
            "type": "array",
            "items": {
                "required": ["key", "name"],
                "properties": {"key": {"type": "string"}, "name": {"type": "string"}},
            },
        },
    },
}
