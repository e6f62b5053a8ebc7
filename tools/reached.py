"""Says why a case system was not reached, in a sentence that names a certificate which is not trusted."""

import ssl

import httpx

from tools.crm import CRMUnavailable, NotReached


def unreachable(system: str, error: httpx.HTTPError) -> CRMUnavailable:
    """The error to raise: NotReached where no connection came to be, so that nothing can have been sent."""
    certificate = _certificate(error)
    why = f"its certificate is not trusted: {certificate}" if certificate else type(error).__name__
    kind = NotReached if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) else CRMUnavailable
    return kind(f"{system} cannot be reached ({why}).")


def _certificate(error: BaseException | None) -> str:
    """What is wrong with the other side's certificate; nothing if that is not why."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message.rstrip(".")
        error = error.__cause__ or error.__context__
    return ""
