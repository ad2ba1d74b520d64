"""A calendar is read from an address, and nothing else is: not another scheme, the own network, nor without end."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from leanship.features.projects import fetching
from leanship.features.projects.fetching import FetchFailed, Limits, fetch, host_of, is_allowed

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
HERE = Limits(networks=(ip_network("127.0.0.0/8"),), plain_http=True, seconds=3)

Talk = Callable[[socket.socket, str], None]


@contextmanager
def listening(meet: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on this machine that has every visitor met; its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            while True:
                try:
                    wire, _where = door.accept()
                except OSError:
                    return
                with wire, suppress(OSError):  # the visitor hung up, as it should
                    meet(wire)

        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


@contextmanager
def server(talk: Talk) -> Iterator[int]:
    """A server whose every visitor is given to `talk` with what it asked; its port."""
    with listening(lambda wire: talk(wire, _request(wire))) as port:
        yield port


def _request(wire: socket.socket) -> str:
    got = b""
    while b"\r\n\r\n" not in got:
        piece = wire.recv(4096)
        if not piece:
            break
        got += piece
    return got.decode("latin-1")


def answer(body: bytes = CALENDAR, status: str = "200 OK", **headers: str) -> Talk:
    """Answer at once with this body."""

    def talk(wire: socket.socket, _request: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        wire.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    return talk


def code_of(address: str, limits: Limits = HERE) -> str:
    """The code with which reading fails."""
    with pytest.raises(FetchFailed) as failed:
        fetch(address, limits)
    assert str(failed.value) == failed.value.code  # neither the address nor the cause
    assert failed.value.code in fetching.CODES
    return failed.value.code


def test_a_calendar_is_read() -> None:
    asked: list[str] = []

    def talk(wire: socket.socket, request: str) -> None:
        asked.append(request)
        answer()(wire, request)

    with server(talk) as port:
        assert (
            fetch(f"http://127.0.0.1:{port}/my calendar.ics?key=a%20b".replace(" ", "%20"), HERE) == CALENDAR
        )
    assert asked[0].startswith("GET /my%20calendar.ics?key=a%20b HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}\r\n" in asked[0]
    assert "Cookie" not in asked[0]
    assert "Referer" not in asked[0]


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_calendar_is_unpacked(packing: str) -> None:
    body = gzip.compress(CALENDAR) if packing == "gzip" else zlib.compress(CALENDAR)
    with server(answer(body, Content_Encoding=packing)) as port:
        assert fetch(f"http://127.0.0.1:{port}/", HERE) == CALENDAR


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/a.ics",
        "gopher://example.org/",
        "javascript:alert(1)",
        "/etc/passwd",
        "example.org/a.ics",
        "",
        "https://",
        "https:///a.ics",
        "https://name:word@example.org/a.ics",
        "https://@example.org/a.ics",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://example.org/a.ics\r\nX-Other: 1",
        "https://exa mple.org/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://" + "a" * 2_000 + ".org/",
    ],
)
def test_what_is_no_address_of_a_calendar_is_turned_down(address: str) -> None:
    assert code_of(address) == "address"


def test_http_needs_a_setting_and_webcal_is_https() -> None:
    assert code_of("http://example.org/a.ics", Limits()) == "address"
    assert fetching.parse("webcal://example.org/a.ics", Limits()).url == "https://example.org:443/a.ics"
    assert fetching.parse("WEBCAL://Example.ORG/a.ics", Limits()).host == "example.org"
    assert (
        host_of("https://kalender.zürich.example/secret?key=1", Limits()) == "kalender.xn--zrich-kva.example"
    )


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("127.8.9.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep what a machine may know of itself
        ("100.64.0.1", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:0:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("2002:7f00:1::1", False),
        ("2001:0:7f00:1::1", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fd12:3456::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, allowed: bool) -> None:
    assert is_allowed(ip_address(address), ()) is allowed


def test_a_network_can_be_allowed_by_name_of_its_numbers() -> None:
    networks = (ip_network("10.2.0.0/16"), ip_network("fd00::/8"))
    assert is_allowed(ip_address("10.2.3.4"), networks)
    assert is_allowed(ip_address("::ffff:10.2.3.4"), networks)
    assert is_allowed(ip_address("fd00::7"), networks)
    assert not is_allowed(ip_address("10.3.0.1"), networks)


def test_the_inside_is_not_asked_and_looks_like_what_is_not_there() -> None:
    touched: list[str] = []

    def talk(wire: socket.socket, request: str) -> None:
        touched.append(request)
        answer()(wire, request)

    outside = replace(HERE, networks=())
    with server(talk) as port:
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
            assert code_of(f"http://{host}:{port}/", outside) == "unreachable"
        with closing(socket.create_server(("127.0.0.1", 0))) as bound:
            closed = bound.getsockname()[1]
        assert code_of(f"http://127.0.0.1:{closed}/", outside) == "unreachable"
        assert code_of(f"http://127.0.0.1:{closed}/", HERE) == "unreachable"  # refused
        assert code_of("http://no-such-name.invalid/", HERE) == "unreachable"
    assert touched == []


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """Let names resolve to these addresses, round by round; what was asked."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_rest: Any, **_kinds: Any) -> list[Any]:
        found = rounds[min(len(asked), len(rounds) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_is_resolved_once_and_that_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    places: list[Any] = []
    real = socket.create_connection

    def connect(where: tuple[str, int], timeout: float) -> socket.socket:
        places.append(where)
        return real(where, timeout=timeout)

    with server(answer(CALENDAR.replace(b"2.0", b"9.9"))) as port:
        monkeypatch.setattr(socket, "create_connection", connect)
        # the connection itself looks nothing up: it is given numbers
        asked = answers(monkeypatch, ["127.0.0.1"], ["192.168.7.7"])
        numbers = socket.getaddrinfo

        def look_up(host: str, port: int, *rest: Any, **kinds: Any) -> list[Any]:
            if host == "127.0.0.1":
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
            return numbers(host, port, **kinds)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert fetch(f"http://turning.example:{port}/", HERE) == CALENDAR.replace(b"2.0", b"9.9")
    assert asked == ["turning.example"]
    assert places == [("127.0.0.1", port)]


def test_a_name_that_also_points_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["93.184.215.14", "127.0.0.1"])
    assert code_of("https://both.example/", Limits(seconds=2)) == "unreachable"


def test_an_unusual_port_is_for_networks_that_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_all: Any, **_named: Any) -> socket.socket:
        raise AssertionError("nobody should be asked")

    monkeypatch.setattr(socket, "create_connection", connect)
    answers(monkeypatch, ["93.184.215.14"])
    assert code_of("https://public.example:22/", HERE) == "unreachable"


def test_redirects_are_followed_three_times_and_each_is_checked() -> None:
    def talk(wire: socket.socket, request: str) -> None:
        step = int(request.split()[1].removeprefix("/"))
        if step == 0:
            answer()(wire, request)
        else:
            answer(b"", "302 Found", Location=f"/{step - 1}")(wire, request)

    with server(talk) as port:
        assert fetch(f"http://127.0.0.1:{port}/3", HERE) == CALENDAR
        assert code_of(f"http://127.0.0.1:{port}/4") == "redirects"


@pytest.mark.parametrize(
    ("onward", "code"),
    [
        ("http://192.168.7.7/a.ics", "unreachable"),
        ("http://169.254.169.254/latest/meta-data/", "unreachable"),
        ("http://[::1]/", "unreachable"),
        ("file:///etc/passwd", "redirects"),
        ("http://name:word@127.0.0.1/", "redirects"),
        ("", "redirects"),
    ],
)
def test_a_redirect_leads_nowhere_the_first_address_may_not(onward: str, code: str) -> None:
    with server(answer(b"", "302 Found", Location=onward)) as port:
        assert code_of(f"http://127.0.0.1:{port}/") == code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("401 Unauthorized", "denied"),
        ("403 Forbidden", "denied"),
        ("404 Not Found", "missing"),
        ("410 Gone", "missing"),
        ("500 Broken", "status"),
        ("204 No Content", "status"),
    ],
)
def test_another_status_is_told(status: str, code: str) -> None:
    with server(answer(b"", status)) as port:
        assert code_of(f"http://127.0.0.1:{port}/") == code


def test_a_web_page_is_no_calendar() -> None:
    with server(answer(b"<html>BEGIN:VCALENDAR</html>")) as port:
        assert code_of(f"http://127.0.0.1:{port}/") == "not_calendar"


def test_a_body_without_end_is_given_up() -> None:
    def talk(wire: socket.socket, _request: str) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n")
        while True:
            wire.sendall(b"X" * 65_536)

    with server(talk) as port:
        assert code_of(f"http://127.0.0.1:{port}/", replace(HERE, longest=300_000)) == "large"


def test_a_small_file_that_unpacks_to_a_huge_one_is_given_up() -> None:
    packed = gzip.compress(b"BEGIN:VCALENDAR" + b"\0" * 50_000_000)
    assert len(packed) < 60_000
    with server(answer(packed, Content_Encoding="gzip")) as port:
        assert code_of(f"http://127.0.0.1:{port}/", replace(HERE, longest=1_000_000)) == "large"


def test_drops_that_keep_coming_do_not_stretch_the_time() -> None:
    def talk(wire: socket.socket, _request: str) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\nBEGIN:VCALENDAR\r\n")
        while True:
            wire.sendall(b"X")
            time.sleep(0.05)

    began = time.monotonic()
    with server(talk) as port:
        assert code_of(f"http://127.0.0.1:{port}/", replace(HERE, seconds=0.5)) == "slow"
    assert time.monotonic() - began < 2


def test_drops_of_a_header_do_not_stretch_the_time_either() -> None:
    def talk(wire: socket.socket, _request: str) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            wire.sendall(b"X")
            time.sleep(0.05)

    with server(talk) as port:
        assert code_of(f"http://127.0.0.1:{port}/", replace(HERE, seconds=0.5)) == "slow"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nX-Huge: " + b"X" * 100_000 + b"\r\n\r\n" + CALENDAR,
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 5_000 + b"\r\n" + CALENDAR,
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + CALENDAR,
        b"HTTP/1.1 200 OK\r\n\r\n" + CALENDAR[:-8],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + CALENDAR,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n" + CALENDAR,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(CALENDAR)[:-9],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=[
        "huge header",
        "many headers",
        "no http",
        "cut off",
        "no end",
        "not packed",
        "unknown",
        "half packed",
        "chunks",
    ],
)
def test_an_answer_that_is_not_what_it_says_is_garbled(said: bytes) -> None:
    with server(lambda wire, _request: wire.sendall(said)) as port:
        assert code_of(f"http://127.0.0.1:{port}/") == "garbled"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def secured(certificate: Path, talk: Talk) -> Iterator[int]:
    """A server that speaks TLS; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def dressed(plain: socket.socket) -> None:
        with context.wrap_socket(plain, server_side=True) as wire:
            talk(wire, _request(wire))

    with listening(dressed) as port:
        yield port


def test_a_calendar_is_read_over_an_encrypted_connection(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, ["127.0.0.1"])  # localhost may be ::1 as well
    trusting = replace(HERE, trust=ssl.create_default_context(cafile=str(certificate)), plain_http=False)
    with secured(certificate, answer()) as port:
        assert fetch(f"https://localhost:{port}/a.ics", trusting) == CALENDAR
        assert fetch(f"webcal://localhost:{port}/a.ics", trusting) == CALENDAR
        # the certificate is for another name, or vouched for by nobody this machine knows
        assert code_of(f"https://127.0.0.1:{port}/", trusting) == "unreachable"
        assert code_of(f"https://localhost:{port}/") == "unreachable"


def test_an_encrypted_answer_leads_to_no_unencrypted_one(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, ["127.0.0.1"])  # localhost may be ::1 as well
    trusting = replace(HERE, trust=ssl.create_default_context(cafile=str(certificate)), plain_http=False)
    with secured(certificate, answer(b"", "302 Found", Location="http://localhost/a.ics")) as port:
        assert code_of(f"https://localhost:{port}/a.ics", trusting) == "redirects"


def test_who_does_not_speak_tls_or_is_silent_is_not_waited_for() -> None:
    with server(lambda wire, _request: wire.sendall(b"no TLS at all")) as port:
        assert code_of(f"https://127.0.0.1:{port}/", replace(HERE, seconds=1)) == "unreachable"
    began = time.monotonic()
    with listening(lambda _wire: time.sleep(2)) as port:
        assert code_of(f"https://127.0.0.1:{port}/", replace(HERE, seconds=0.5)) == "unreachable"
        assert code_of(f"http://127.0.0.1:{port}/", replace(HERE, seconds=0.5)) == "slow"
    assert time.monotonic() - began < 2
