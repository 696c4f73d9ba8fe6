"""PostgreSQL servers in processes of their own: a primary, standbys of it by streaming replication, and their ends."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import attrs
import psycopg

HOST = "127.0.0.1"
SECONDS = 60.0
OWNER = "nobody" if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root."""
QUORUM = "ANY 1 (s1, s2)"
CONF = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 16MB
max_connections = 60
fsync = off  # processes are killed here, and no machine loses power
wal_keep_size = 256MB
wal_log_hints = on
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 200ms
synchronous_commit = remote_apply
"""


def _leads_to(link: Path, place: Path) -> bool:
    try:
        return link.readlink() == place
    except OSError:  # of a process that ended meanwhile, or of somebody else
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@attrs.define
class Node:
    """One server."""

    name: str
    folder: Path
    programs: Path
    port: int = attrs.field(factory=_free_port)

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / self.name

    @property
    def conninfo(self) -> str:
        """How others reach it."""
        return f"host={HOST} port={self.port} user=postgres dbname=postgres"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs."""
        out = self.folder / f"{self.name}.out"
        with out.open("ab") as to:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                stdout=to,
                stderr=to,
                user=OWNER,
                cwd=self.folder,
                check=False,
                timeout=SECONDS,
            )
        if done.returncode:
            log = self.folder / f"{self.name}.log"
            said = [one.read_text()[-1000:] for one in (out, log) if one.exists()]
            raise RuntimeError(f"{program} of {self.name}: {' '.join(said)}")

    def start(self) -> None:
        """Start it, and wait until it can be asked."""
        log = str(self.folder / f"{self.name}.log")
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", f"-p {self.port}", "start")

    def stop(self) -> None:
        """Stop it, if it runs."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def kill(self) -> None:
        """End its first process by force; the others notice, and end."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        until(self._is_gone)
        (self.data / "postmaster.pid").unlink()  # where nobody reaps it, its number is still taken

    def promote(self) -> None:
        """Make a standby a primary."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    def ask(self, query: str, *values: object) -> Any:
        """Return the one value of a query."""
        with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=5) as connection:
            row = connection.execute(query, values).fetchone()
        return row[0] if row else None

    def set(self, name: str, value: str) -> None:
        """Set a parameter, and have it read."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("ALTER SYSTEM SET {} = {}").format(psycopg.sql.SQL(name), value))
            connection.execute("SELECT pg_reload_conf()")

    def _is_gone(self) -> bool:
        """Tell whether no process of it is left."""
        several = Path("/proc").glob("[0-9]*/cwd")
        return not any(_leads_to(one, self.data) for one in several)


@attrs.define
class Cluster:
    """A primary, and two standbys of which any one must have what is acknowledged."""

    folder: Path
    programs: Path
    primary: Node = attrs.field(init=False)
    standbys: list[Node] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.primary, *self.standbys = (Node(name, self.folder, self.programs) for name in ("p", "s1", "s2"))

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o755, exist_ok=True)
        if OWNER:
            shutil.chown(self.folder, OWNER)
        try:
            self.primary.run(
                "initdb", "-D", str(self.primary.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"
            )
            with (self.primary.data / "postgresql.conf").open("a") as conf:
                conf.write(CONF)
            self.primary.start()
            for standby in self.standbys:
                self._copy(self.primary, standby)
                standby.start()
            self.primary.set("synchronous_standby_names", QUORUM)
            until(lambda: self.primary.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'") == 2)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in (self.primary, *self.standbys):
            node.stop()

    def address(self, schema: str, *, of: str = "read-write") -> str:
        """Return the address of a log: of the node that can be written to, whichever that is now."""
        nodes = (self.primary, *self.standbys)
        places = ",".join(f"{HOST}:{node.port}" for node in nodes)
        return f"postgresql://postgres@{places}/postgres?target_session_attrs={of}&connect_timeout=2&schema={schema}"

    def fail_over(self) -> Node:
        """Promote the standby that has most, have the other follow it, and return the old primary."""
        old = self.primary
        new, other = sorted(self.standbys, key=_received, reverse=True)
        new.promote()
        other.set("primary_conninfo", f"{new.conninfo} application_name={other.name}")
        self.primary, self.standbys = new, [other]
        new.set("synchronous_standby_names", f"ANY 1 ({other.name}, p)")
        return old

    def take_back(self, old: Node) -> None:
        """Have an old primary follow the new one: what it alone has, which nobody was told, is taken off."""
        old.stop()
        old.run("pg_rewind", "-D", str(old.data), "--source-server", self.primary.conninfo, "-R")
        with (old.data / "postgresql.auto.conf").open("a") as conf:
            conf.write(f"primary_conninfo = '{self.primary.conninfo} application_name={old.name}'\n")
        old.start()
        self.standbys.append(old)

    @staticmethod
    def _copy(primary: Node, standby: Node) -> None:
        named = f"{primary.conninfo} application_name={standby.name}"
        standby.run("pg_basebackup", "-D", str(standby.data), "-d", named, "-R", "-X", "stream", "-c", "fast")


def _received(standby: Node) -> int:
    return int(standby.ask("SELECT (pg_last_wal_receive_lsn() - '0/0')::bigint"))


def until(holds: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(holds)
        time.sleep(0.05)
