"""Which addresses of the web may be fetched: public ones only, each host resolved once and its address pinned.

AddressRefused    an address may not be fetched; the sentence says why
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""Gives the addresses of a host."""

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
_WRAPPED = tuple(ipaddress.IPv6Network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
"""Ranges of IPv6 that carry an IPv4 address inside, which may be a private one."""


class AddressRefused(Exception):
    """An address may not be fetched; the sentence says why."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"The address {url[:200]!r} is not fetched: {why}.")
        self.url, self.why = url, why


@dataclass(frozen=True)
class Pinned:
    """An address that may be fetched, with the machine that it was found to be."""

    url: str
    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def origin(self) -> str:
        """The host as the `Host` header names it."""
        bracketed = f"[{self.host}]" if ":" in self.host else self.host
        return bracketed if self.port == PORTS[self.scheme] else f"{bracketed}:{self.port}"

    @property
    def pinned_url(self) -> str:
        """The same page, asked of that very machine."""
        at = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{at}:{self.port}{self.path}"


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host by the machine's own resolver."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


async def pinned(url: str, *, allow_loopback: bool = False, resolver: Resolve = resolve) -> Pinned:
    """The address with its machine. Raises AddressRefused for any that is not public, or has one that is not.

    `allow_loopback` is for tests and lets through this machine itself, nothing else.
    """
    parts, host, port = _parts(url)
    try:
        found = await resolver(host, port)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(url, "its host is not known") from error
    if not found:
        raise AddressRefused(url, "its host is not known")
    for each in found:
        address = ipaddress.ip_address(each.partition("%")[0])
        if not (_is_public(address) or (allow_loopback and _bare(address).is_loopback)):
            raise AddressRefused(url, f"its host leads to {address}, which is not public")
        if port != PORTS[parts.scheme] and not (allow_loopback and _bare(address).is_loopback):
            raise AddressRefused(url, f"port {port} is not that of a web page")
    path = parts.path or "/"
    asked = f"{path}?{parts.query}" if parts.query else path
    return Pinned(url=url, scheme=parts.scheme, host=host, port=port, address=found[0], path=asked)


def _parts(url: str) -> tuple[SplitResult, str, int]:
    if len(url) > LONGEST or any(ord(letter) <= 32 or letter == "\\" for letter in url):
        raise AddressRefused(url, "it is not written as an address")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(url, "it is not written as an address") from error
    if parts.scheme not in PORTS:
        raise AddressRefused(url, "only http and https are fetched")
    if not host:
        raise AddressRefused(url, "it names no host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(url, "it carries a user name or password")
    return parts, host, port if port is not None else PORTS[parts.scheme]


def _is_public(address: Address) -> bool:
    bare = _bare(address)
    wrapped = isinstance(bare, ipaddress.IPv6Address) and any(bare in each for each in _WRAPPED)
    return bare.is_global and not bare.is_multicast and not bare.is_reserved and not wrapped


def _bare(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
