"""Reading a calendar from an address that a user typed, without being led to where this server should not look.

Whoever types an address makes the server open it. So: https alone, the usual ports, the name resolved once and that
very address connected to (a name that points elsewhere a moment later changes nothing), nothing inside the own
network unless an administrator allowed it, every redirect checked like the first address, and bounds on time, size
and what the answer may be. What failed is told by a code that says the same of an address that is refused, silent or
not allowed, so that nobody can feel their way through the network by it.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, BinaryIO, Final, NoReturn, cast
from urllib.parse import quote, urljoin, urlsplit

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

LONGEST_ADDRESS: Final = 2_000
_PIECE: Final = 65_536
_PORTS: Final = {"https": 443, "http": 80}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

# IPv6 that anybody may be asked at is in 2000::/3, less what only tunnels to an IPv4 address, and examples.
_GLOBAL_6: Final = ip_network("2000::/3")
_NOT_GLOBAL: Final = tuple(
    ip_network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.88.99.0/24", "192.0.0.0/24")
)


class FetchFailed(Exception):
    """A calendar could not be read from its address; `code` is one of CODES. Carries neither address nor cause."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


CODES: Final = (
    "address",  # nothing that can be read: another scheme, a name and password, a port that is not allowed
    "unreachable",  # no such name, no answer, a refusal, a broken certificate, or not allowed: all alike
    "denied",  # 401, 403
    "missing",  # 404, 410
    "status",  # another status than 200
    "redirects",  # too many, or one that leads nowhere
    "slow",
    "large",
    "garbled",  # not HTTP, or not what its headers say
    "not_calendar",
)


@dataclass(frozen=True)
class Limits:
    """What is allowed: networks that would be refused otherwise, http, seconds in all, bytes unpacked, redirects.

    Within `networks` any port is allowed; elsewhere 443 (and 80 with `plain_http`). `trust` replaces the machine's
    certificates.
    """

    networks: tuple[Network, ...] = ()
    plain_http: bool = False
    seconds: float = 20.0
    longest: int = 10 * 1024 * 1024
    redirects: int = 3
    trust: ssl.SSLContext | None = None


@dataclass(frozen=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def parse(address: str, limits: Limits) -> _Target:
    """The parts of an address; webcal:// stands for https://. Raises FetchFailed("address")."""
    address = address.strip()
    if len(address) > LONGEST_ADDRESS or any(ord(c) < 33 or ord(c) == 127 for c in address):
        raise FetchFailed("address")
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        raise FetchFailed("address") from None
    scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in _PORTS or (scheme == "http" and not limits.plain_http):
        raise FetchFailed("address")
    if not host or "@" in parts.netloc or "%" in host or port == 0:
        raise FetchFailed("address")
    path = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:=&~+!$,;'@()*?[]")
    return _Target(scheme, host, port or _PORTS[scheme], path)


def host_of(address: str, limits: Limits) -> str:
    """The host alone, which is all of an address that is ever shown. Raises FetchFailed("address")."""
    return parse(address, limits).host


def is_allowed(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether the server may connect to `address`: a public one, or one in `networks`."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address.version == network.version and address in network for network in networks):
        return True
    if any(address.version == network.version and address in network for network in _NOT_GLOBAL):
        return False
    if isinstance(address, IPv6Address):
        return address in _GLOBAL_6
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def fetch(address: str, limits: Limits | None = None) -> bytes:
    """The calendar at `address`, unpacked. Raises FetchFailed with one of CODES.

    It takes no longer than `limits.seconds` in all, redirects and name look-ups counted.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    target = parse(address, limits)
    for _hop in range(limits.redirects + 1):
        try:
            content, onward = _ask(target, limits, deadline)
        except FetchFailed:
            raise
        except TimeoutError:
            raise FetchFailed("slow") from None
        except (http.client.HTTPException, zlib.error, UnicodeError):
            raise FetchFailed("garbled") from None
        except OSError:  # cut off half-way
            raise FetchFailed("unreachable") from None
        if onward is None:
            return _calendar(content)
        try:
            target = parse(urljoin(target.url, onward), limits)
        except (FetchFailed, ValueError):
            raise FetchFailed("redirects") from None
    raise FetchFailed("redirects")


def _calendar(content: bytes) -> bytes:
    """The content, which begins and ends as a calendar: half of one would take the other half's events away."""
    text = content.strip(b"\xef\xbb\xbf\r\n\t \0")
    if text[:15].upper() != b"BEGIN:VCALENDAR":
        raise FetchFailed("not_calendar")
    if text[-13:].upper() != b"END:VCALENDAR":
        raise FetchFailed("garbled")
    return content


def _ask(target: _Target, limits: Limits, deadline: float) -> tuple[bytes, str | None]:
    """One request: what it answered, or where it sends one on to."""
    place = _resolve(target, limits, deadline)
    with _connected(place, target, limits, deadline) as wire:
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = cast(Any, _Wire(wire, deadline))
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        host = f"[{target.host}]" if ":" in target.host else target.host
        usual = target.port == _PORTS[target.scheme]
        connection.putheader("Host", host if usual else f"{host}:{target.port}")
        connection.putheader("User-Agent", "Leanship")
        connection.putheader("Accept", "text/calendar, */*;q=0.5")
        connection.putheader("Accept-Encoding", "gzip")
        connection.putheader("Connection", "close")
        connection.endheaders()
        answer = connection.getresponse()
        if answer.status in _REDIRECTS:
            return b"", answer.headers.get("Location", "")
        _check_status(answer.status)
        return _unpacked(answer, limits.longest), None


def _connected(place: Address, target: _Target, limits: Limits, deadline: float) -> socket.socket:
    """An open connection, encrypted where it has to be. Raises FetchFailed("unreachable"), also where the time ran
    out: a port that is filtered must not look different from one that is closed."""
    plain: socket.socket | None = None
    try:
        plain = socket.create_connection((str(place), target.port), timeout=_left(deadline))
        if target.scheme == "http":
            return plain
        plain.settimeout(_left(deadline))
        context = limits.trust or ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=target.host)
    except OSError:
        if plain is not None:
            plain.close()
        raise FetchFailed("unreachable") from None


def _check_status(status: int) -> None:
    if status == 200:
        return
    codes = {401: "denied", 403: "denied", 404: "missing", 410: "missing"}
    raise FetchFailed(codes.get(status, "status"))


def _resolve(target: _Target, limits: Limits, deadline: float) -> Address:
    """The one address to connect to. A name with any address that is not allowed is refused altogether: one that
    is answered by turns from outside and from inside has no honest use here.

    Raises FetchFailed("unreachable").
    """
    found: list[Any] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):  # no such name: nothing is found
            found.extend(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))

    # the system's look-up knows no time limit
    looking = threading.Thread(target=look_up, daemon=True)
    looking.start()
    looking.join(_left(deadline))
    places = [_plain_address(entry[4][0]) for entry in list(found)]
    usual = target.port == _PORTS[target.scheme]
    for place in places:
        if place is None or not is_allowed(place, limits.networks):
            _refuse()
        if not usual and is_allowed(place, ()):
            _refuse()  # an unusual port is for the networks that were allowed
    if not places or places[0] is None:
        _refuse()
    return places[0]


def _refuse() -> NoReturn:
    raise FetchFailed("unreachable")


def _plain_address(text: str) -> Address | None:
    """The address, or None where it holds on one of this machine's links alone (fe80::1%eth0)."""
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Paced(io.RawIOBase):
    """What comes over a socket until a deadline, however small the drops in which it comes."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._wire, self._deadline = wire, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(_left(self._deadline))
        return self._wire.recv_into(buffer)


class _Wire:
    """What http.client asks of a socket."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._wire, self._deadline = wire, deadline

    def makefile(self, _mode: str) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Paced(self._wire, self._deadline), _PIECE))

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(_left(self._deadline))
        self._wire.sendall(data)

    def close(self) -> None:
        """Nothing: whoever opened the socket closes it."""


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    while piece := answer.read(_PIECE):
        yield piece


def _unpacked(answer: http.client.HTTPResponse, longest: int) -> bytes:
    """The body, never more than `longest` bytes of it in memory, packed or not. Raises FetchFailed("large")."""
    packing = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip", "deflate"):
        raise FetchFailed("garbled")
    content, came = bytearray(), 0
    unpacker = None if packing == "identity" else zlib.decompressobj(47)  # gzip or zlib, by its first bytes
    for piece in _pieces(answer):
        came += len(piece)
        if came > longest:
            raise FetchFailed("large")
        if unpacker is None:
            content += piece
            continue
        content += unpacker.decompress(piece, longest + 1 - len(content))
        if len(content) > longest:
            raise FetchFailed("large")
        if unpacker.unused_data:
            raise FetchFailed("garbled")
    if answer.length or (unpacker is not None and not unpacker.eof):
        raise FetchFailed("garbled")  # cut off: http.client itself says so for chunks alone
    return bytes(content)
