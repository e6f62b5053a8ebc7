"""The port to files of a case, for case systems that keep them."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class CaseFiles(Protocol):
    """A case system that keeps files with its cases."""

    async def attach(self, case_id: str, *, name: str, content: bytes, key: str) -> None:
        """Attach a file to a case, once a key; its name stands in the history. Raises CaseNotFound, CRMError."""
        ...
