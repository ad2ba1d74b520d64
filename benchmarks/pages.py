"""Leanship's pages against a bare Django page of the same length, at 120 and at 10,000 people, in one run.

For each size a demo company is made, and for each page: how many queries it takes, how long it is, and how many a
second are served to a few connections that ask again and again. The yardstick (`bare.py`) renders a table of the
same length from one query, behind the same server with the same settings. The two are asked in turn (A B A B) in
many short rounds, of which the best of each counts: the one in which the machine did least else. Then the memory of
the workers, and how soon a server is ready. Where other work keeps the machine busy, believe the processor time
(`ms`) rather than the pages a second.
By hand:

    python benchmarks/pages.py [--people 120 10000] [--seconds 1] [--rounds 10] [--keep FOLDER]

`--keep` keeps the companies in a folder, and takes them from there the next time: 10,000 people take minutes to make.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LEANSHIP = "from leanship.cli import main; main(prog_name='leanship')"
NOW = "2026-11-22T09:00:00+00:00"
CONNECTIONS = 4

MOST_QUERIES = 12
LEAST_SHARE = 0.25
MOST_MEGABYTES = 120.0
MOST_SECONDS = 2.0


@dataclass(frozen=True)
class Page:
    """A page as one of the cast asks for it, as measured inside the process that renders it."""

    name: str
    path: str
    cookie: str
    queries: int
    length: int


@dataclass(frozen=True)
class Server:
    """A server that answers, and the seconds until it did."""

    port: int
    pid: int
    took: float


@dataclass(frozen=True)
class Speed:
    """Pages a second, ours and the yardstick's, the best of the rounds; and the milliseconds of processor that each
    takes in the median, which a busy machine changes less.
    """

    ours: float
    bare: float
    ours_ms: float
    bare_ms: float

    @property
    def share(self) -> float:
        """Ours to the yardstick's."""
        return self.ours / self.bare


# Counting, inside a process that has Django.


def count() -> None:
    """Print the pages of the company in LEANSHIP_HOME as JSON, each asked for twice and counted the second time."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from leanship.features.accounts.models import User
    from leanship.features.productivity.models import Series

    lead_time = Series.objects.select_related("kpi").get(
        person__external_id="ben", kpi__name="Order lead time"
    )
    wanted = (
        ("My standing", "ben", "/standing/"),
        ("team board", "ben", "/productivity/board/"),
        ("KPI page, its series", "ben", f"/productivity/kpis/{lead_time.kpi.uid}/"),
        ("KPI page, one series", "ben", f"/productivity/series/{lead_time.uid}/"),
        ("people search", "ben", "/organisation/people/?q=an"),
    )
    found = []
    for name, key, path in wanted:
        user = User.objects.get(username=f"{key}@leanship.example")
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        client = Client(headers={"host": "127.0.0.1"})
        client.cookies["sessionid"] = str(store.session_key)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        cookie = f"sessionid={store.session_key}"
        found.append([name, path, cookie, len(queries), len(answer.content)])
    print(json.dumps(found))


# Serving and asking.


def environment(home: Path) -> dict[str, str]:
    """This environment with a home of its own and a clock that stands still."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEANSHIP_", "DATABASE_URL"))}
    return kept | {
        "LEANSHIP_HOME": str(home),
        "LEANSHIP_NOW": NOW,
        "DJANGO_SETTINGS_MODULE": "leanship.settings",
    }


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def serving(words: list[str], env: dict[str, str], path: str) -> Iterator[Server]:
    """A server on a free port, once `path` is answered."""
    port = free_port()
    begin = time.perf_counter()
    child = subprocess.Popen([*words, str(port)], env=env, cwd=HERE, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                Asker(port, path, "").ask()
                break
            except OSError:
                if child.poll() is not None or time.perf_counter() - begin > 60:
                    raise SystemExit(f"no server: {words}") from None
                time.sleep(0.01)
        yield Server(port, child.pid, time.perf_counter() - begin)
    finally:
        child.terminate()
        child.wait(30)


class Asker:
    """One kept-alive connection that asks for one page; as little work as Python allows, since it shares the cores."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookies = f"Cookie: {cookie}\r\n" if cookie else ""
        self.request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookies}\r\n".encode()

    def ask(self) -> tuple[int, int]:
        """Status and length of the body. Raises OSError when the server hangs up."""
        self.socket.sendall(self.request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        left = length - (len(data) - end - 4)
        while left > 0:
            left -= len(self._more())
        return int(head.split(b" ", 2)[1]), length

    def _more(self) -> bytes:
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionResetError("the server hung up")
        return data

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def rate(server: Server, path: str, cookie: str, seconds: float) -> tuple[float, float]:
    """Answers a second over `CONNECTIONS` connections that ask again as soon as they are answered, and the
    milliseconds of processor that one took.
    """
    done = [0] * CONNECTIONS
    wrong: list[int] = []
    stop = time.perf_counter() + seconds

    def work(number: int) -> None:
        asker = Asker(server.port, path, cookie)
        while time.perf_counter() < stop:
            status, _length = asker.ask()
            if status != 200:
                wrong.append(status)
                break
            done[number] += 1
        asker.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CONNECTIONS)]
    used, begin = processor(server.pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(f"{path} answered {wrong[0]}")
    took, used = time.perf_counter() - begin, processor(server.pid) - used
    return sum(done) / took, 1000 * used / sum(done)


def rows_for(port: int, length: int) -> int:
    """How many rows make the yardstick's page as long as ours."""
    low, high = 0, 20_000
    while low < high:
        middle = (low + high) // 2
        asker = Asker(port, f"/?rows={middle}", "")
        if asker.ask()[1] < length:
            low = middle + 1
        else:
            high = middle
        asker.close()
    return low


def workers(parent: int) -> list[int]:
    """The processes that a server answers with."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(child) for child in children.split()]


def megabytes(parent: int) -> list[float]:
    """Resident memory of each worker of a server."""
    found = []
    for worker in workers(parent):
        status = Path(f"/proc/{worker}/status").read_text(encoding="ascii")
        found.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
    return found


def processor(parent: int) -> float:
    """Seconds of processor that the workers of a server have used so far."""
    ticks = 0
    for worker in workers(parent):
        fields = Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


# The run.


def company(home: Path, people: int) -> list[Page]:
    """Make the company if it is not there, and count."""
    env = environment(home)
    if not (home / "leanship.sqlite3").exists():
        print(f"making a company of {people:,} …", file=sys.stderr)
        words = [sys.executable, "-c", LEANSHIP, "demo", "--home", str(home), "--people", str(people)]
        subprocess.run(words, env=env, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(
        [sys.executable, str(HERE / "pages.py"), "--count"],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    return [Page(*row) for row in json.loads(done.stdout)]


def measure(
    home: Path, pages: list[Page], seconds: float, rounds: int
) -> tuple[dict[str, Speed], list[float], float]:
    """Speeds by page, megabytes a worker after all of them, and the median seconds until the server is ready."""
    ours = [sys.executable, "-c", LEANSHIP, "serve", "--workers", "2", "--port"]
    bare = [sys.executable, str(HERE / "bare.py"), str(home / "leanship.sqlite3")]
    env = environment(home)
    ready = []
    for _ in range(2):
        with serving(ours, env, "/sign-in/") as server:
            ready.append(server.took)
    speeds = {}
    with (
        serving(ours, env, "/sign-in/") as server,
        serving(bare, dict(os.environ), "/?rows=1") as yardstick,
    ):
        ready.append(server.took)
        for page in pages:
            alike = f"/?rows={rows_for(yardstick.port, page.length)}"
            mine, other = [], []
            for _ in range(rounds):
                mine.append(rate(server, page.path, page.cookie, seconds))
                other.append(rate(yardstick, alike, "", seconds))
            (ours_a_second, ours_ms), (bare_a_second, bare_ms) = (
                zip(*each, strict=True) for each in (mine, other)
            )
            speeds[page.name] = Speed(
                max(ours_a_second), max(bare_a_second), statistics.median(ours_ms), statistics.median(bare_ms)
            )
        memory = megabytes(server.pid)
    return speeds, memory, statistics.median(ready)


def mark(good: bool) -> str:
    """Whether a target is met."""
    return "" if good else "  misses its target"


def main() -> None:
    """Print one table for each size, and what was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[120, 10_000])
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each is asked, each round")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="where the companies are kept")
    parser.add_argument("--count", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.count:
        count()
        return
    queries: dict[str, set[int]] = {}
    print(
        f"{os.cpu_count()} processors; load before the run {os.getloadavg()[0]:.1f}, which should be near 0"
    )
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep.absolute() if options.keep else Path(folder)
        root.mkdir(parents=True, exist_ok=True)
        for people in options.people:
            home = root / f"people-{people}"
            pages = company(home, people)
            speeds, memory, ready = measure(home, pages, options.seconds, options.rounds)
            print(
                f"\n{people:,} people, {CONNECTIONS} connections, 2 workers, best of {options.rounds} rounds"
            )
            print(
                f"{'':<24}{'queries':>8}{'KB':>7}{'a second':>10}{'bare':>8}{'share':>8}{'ms':>8}{'bare':>7}"
            )
            for page in pages:
                queries.setdefault(page.name, set()).add(page.queries)
                speed = speeds[page.name]
                line = f"{page.name:<24}{page.queries:>8}{page.length / 1000:>7.1f}{speed.ours:>10.1f}"
                good = page.queries <= MOST_QUERIES and speed.share >= LEAST_SHARE
                print(
                    f"{line}{speed.bare:>8.1f}{speed.share:>8.2f}{speed.ours_ms:>8.1f}{speed.bare_ms:>7.1f}{mark(good)}"
                )
            shown = ", ".join(f"{each:.0f}" for each in memory)
            print(f"workers: {shown} MB resident{mark(max(memory) < MOST_MEGABYTES)}")
            print(f"ready in {ready:.2f} s{mark(ready < MOST_SECONDS)}")
    grown = sorted(name for name, counts in queries.items() if len(counts) > 1)
    if len(options.people) > 1:
        print(f"\nqueries that differ between the sizes: {', '.join(grown) or 'none'}")


if __name__ == "__main__":
    main()
