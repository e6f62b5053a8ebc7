"""What a resident's browser holds for the page: its conversation and language; and who may frame the page."""

from fastapi import Request, Response

from assistant.assistant import Assistant, hashed
from channels.auth import COOKIE, cookie
from channels.conversations import COOKIE_SECONDS
from channels.page_headers import SECURITY_HEADERS
from channels.page_words import LANGUAGES, language_of_browser

EMBED = "/embed"
LANGUAGE_COOKIE = "beacon_language"
LANGUAGE_SECONDS = 365 * 24 * 3600


async def own_conversation(request: Request, assistant: Assistant) -> str | None:
    """The conversation of this browser, if it holds the token."""
    held = cookie(request)
    if held is None or not await assistant.store.token_fits(held[0], hashed(held[1])):
        return None
    return held[0]


def remember_conversation(
    response: Response, request: Request, conversation_id: str, token: str, *, embedded: bool
) -> None:
    """Give the browser its conversation. Inside another site the cookie is kept apart for that site (Partitioned)."""
    _set(response, request, COOKIE, f"{conversation_id}.{token}", COOKIE_SECONDS, embedded=embedded)


def renew(response: Response, request: Request) -> None:
    """Keep what the browser holds for another day from now."""
    held = cookie(request)
    if held is not None:
        remember_conversation(response, request, *held, embedded=request.url.path.startswith(EMBED))


def remember_language(response: Response, request: Request, language: str) -> None:
    """Keep the language that was chosen."""
    embedded = request.url.path.startswith(EMBED)
    _set(response, request, LANGUAGE_COOKIE, language, LANGUAGE_SECONDS, embedded=embedded)


def _set(response: Response, request: Request, name: str, value: str, seconds: int, *, embedded: bool) -> None:
    secure: bool = request.app.state.secure_cookies
    apart = embedded and secure
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="none" if apart else "lax", secure=secure)
    if apart:
        kind, written = response.raw_headers.pop()
        response.raw_headers.append((kind, written + b"; Partitioned"))


def language_here(request: Request, asked: str | None, spoken: str | None) -> str:
    """The page's language: asked for, else chosen before, else of the conversation, else of the browser."""
    for each in (asked, request.cookies.get(LANGUAGE_COOKIE), spoken):
        if each in LANGUAGES:
            return each
    return language_of_browser(request.headers.get("accept-language", "")) or "en"


def framed_by(request: Request, *, everywhere: bool = False) -> dict[str, str]:
    """The page's headers: nobody may frame it, and the sites of the setting may frame the embedded one."""
    sites: tuple[str, ...] = request.app.state.embed_sites
    if not sites or not (everywhere or request.url.path.startswith((EMBED, "/say"))):
        return SECURITY_HEADERS
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    allowed = policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}")
    return SECURITY_HEADERS | {"Content-Security-Policy": allowed}
