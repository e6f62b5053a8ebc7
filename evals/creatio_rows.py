"""What the test server of Creatio holds: entities with their columns, and OData's filters over them, strictly read."""

import re
from typing import Any
from uuid import UUID

Row = dict[str, Any]
LOOKUPS: dict[str, dict[str, str]] = {
    "Case": {
        "Status": "CaseStatus",
        "Priority": "CasePriority",
        "Group": "SysAdminUnit",
        "Contact": "Contact",
        "ServiceItem": "ServiceItem",
        "ClosureCode": "ClosureCode",
        "ParentCase": "Case",
    },
    "CaseFile": {"Case": "Case"},
    "UsrCaseEvent": {"UsrCase": "Case"},
    "UsrPickUpDay": {"UsrService": "ServiceItem"},
    "UsrPickUp": {"UsrPickUpDay": "UsrPickUpDay", "UsrCase": "Case"},
}
PLAIN: dict[str, tuple[str, ...]] = {
    "Case": (
        "Number", "Subject", "Symptoms", "Solution", "RegisteredOn", "SolutionDate", "ClosureDate", "UsrExternalKey",
        "UsrLegacyNumber", "UsrLatitude", "UsrLongitude", "UsrPlace", "UsrAnswers", "UsrRoute", "UsrDepartment",
        "UsrLanguage",
    ),
    "CaseStatus": ("Name", "IsFinal"),
    "CasePriority": ("Name",),
    "SysAdminUnit": ("Name",),
    "ServiceItem": ("Name",),
    "ClosureCode": ("Name",),
    "Contact": ("Name", "MobilePhone", "Email"),
    "CaseFile": ("Name", "Data"),
    "UsrCaseEvent": ("UsrKey", "UsrChange", "UsrDetail"),
    "UsrPickUpDay": ("UsrArea", "UsrDay", "UsrPlaces"),
    "UsrPickUp": ("UsrSlot",),
}  # fmt: skip
COMMON = ("Id", "CreatedOn", "ModifiedOn")
_TERM = re.compile(r"(?P<path>[\w/]+) (?P<op>eq|ge|le|gt|lt) (?P<value>'(?:[^']|'')*'|[^\s']+)")
_JOINED = re.compile(r"(?P<term>[\w/]+ (?:eq|ge|le|gt|lt) (?:'(?:[^']|'')*'|[^\s']+))(?P<by> and | or |$)")


class BadRequest(Exception):
    """What was asked is not OData of this site."""


class Tables:
    """The rows of every entity."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {entity: {} for entity in PLAIN}

    def columns(self, entity: str) -> set[str]:
        """Every column of an entity. Raises BadRequest for one that is not there."""
        if entity not in PLAIN:
            raise BadRequest(f"Entity schema with name {entity!r} does not exist.")
        return {*PLAIN[entity], *COMMON, *(f"{lookup}Id" for lookup in LOOKUPS.get(entity, {}))}

    def check(self, entity: str, values: Row) -> None:
        """Refuse columns that are not there, and lookups to rows that are not there."""
        for name, value in values.items():
            if name not in self.columns(entity):
                raise BadRequest(f"Column by path {name} not found in schema {entity}.")
            target = LOOKUPS.get(entity, {}).get(name.removesuffix("Id")) if name.endswith("Id") else None
            if target and value is not None and value not in self.rows[target]:
                raise BadRequest(f"The row {value} of {target} does not exist.")

    def schema(self) -> str:
        """The schema as XML."""
        told = (
            f'<EntityType Name="{entity}">'
            + "".join(f'<Property Name="{name}"/>' for name in sorted(self.columns(entity)))
            + "</EntityType>"
            for entity in self.rows
        )
        return f"<edmx>{''.join(told)}</edmx>"

    def find(self, entity: str, where: str | None) -> list[Row]:
        """The rows that a filter takes. Raises BadRequest."""
        self.columns(entity)
        rows = list(self.rows[entity].values())
        if not where:
            return rows
        groups = _groups(where)
        for term in (term for group in groups for term in group):
            self._fits(entity, {}, term)
        return [row for row in rows if any(all(self._fits(entity, row, term) for term in group) for group in groups)]

    def _fits(self, entity: str, row: Row, term: str) -> bool:
        match = _TERM.fullmatch(term)
        if match is None:
            raise BadRequest(f"The filter {term!r} cannot be read.")
        path, wanted = match["path"], match["value"]
        held = self._held(entity, row, path.split("/"), path)
        literal = _literal(path, wanted)
        if held is None:
            return False
        match match["op"]:
            case "eq":
                return bool(held == literal)
            case "ge":
                return bool(held >= literal)
            case "le":
                return bool(held <= literal)
            case "gt":
                return bool(held > literal)
            case _:
                return bool(held < literal)

    def _held(self, entity: str, row: Row | None, path: list[str], whole: str) -> Any:  # noqa: ANN401 - a column holds any value
        lookup = LOOKUPS.get(entity, {}).get(path[0])
        if len(path) > 1:
            if lookup is None:
                raise BadRequest(f"Column by path {whole} not found in schema {entity}.")
            return self._held(lookup, self.rows[lookup].get((row or {}).get(f"{path[0]}Id") or ""), path[1:], whole)
        if path[0] not in self.columns(entity):
            raise BadRequest(f"Column by path {whole} not found in schema {entity}.")
        return None if row is None else row.get(path[0])

    def shown(self, entity: str, row: Row, select: str | None, expand: str | None) -> Row:
        """A row as it is answered. Raises BadRequest."""
        names = set(select.split(",")) if select else self.columns(entity)
        if unknown := names - self.columns(entity):
            raise BadRequest(f"Column by path {min(unknown)} not found in schema {entity}.")
        shown = {name: row.get(name) for name in sorted(names)}
        for lookup, columns in re.findall(r"(\w+)\(\$select=([\w,]+)\)", expand or ""):
            target = LOOKUPS.get(entity, {}).get(lookup)
            if target is None:
                raise BadRequest(f"Column by path {lookup} not found in schema {entity}.")
            other = self.rows[target].get(row.get(f"{lookup}Id") or "")
            shown[lookup] = self.shown(target, other, columns, None) if other else None
        return shown


def _groups(where: str) -> list[list[str]]:
    """A filter as terms joined by `or` of terms joined by `and`."""
    groups: list[list[str]] = [[]]
    at = 0
    while at < len(where):
        match = _JOINED.match(where, at)
        if match is None:
            raise BadRequest(f"The filter {where[at:]!r} cannot be read.")
        groups[-1].append(match["term"])
        if match["by"] == " or ":
            groups.append([])
        at = match.end()
    return groups


def _literal(path: str, wanted: str) -> str | float | bool:
    """A literal of the column's type: ids and times stand bare, texts in quotes."""
    name = path.rpartition("/")[2]
    text = wanted[1:-1].replace("''", "'") if wanted.startswith("'") else None
    if name == "Id" or name.endswith("Id"):
        if text is not None or ("/" not in path and name != "Id"):
            raise BadRequest("A binary operator with incompatible types was detected: Edm.Guid and Edm.String.")
        return str(UUID(wanted))
    if wanted in ("true", "false"):
        return wanted == "true"
    if text is None and re.fullmatch(r"-?\d+(?:\.\d+)?", wanted):
        return float(wanted)
    return text if text is not None else wanted
