"""Servers of a fault run's own: PostgreSQL, Redis and RabbitMQ in folders and on ports that nothing else uses.

Each is started from the programs on the machine and may be killed, emptied and filled up at will; services that were
there before are never spoken to.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg


def find_program(name: str) -> str | None:
    """Return the path of a server's program; Debian keeps PostgreSQL's and RabbitMQ's out of PATH."""
    folders = [Path("/usr/lib/rabbitmq/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


def missing(*programs: str) -> str:
    """Return which of ``programs`` this machine does not have."""
    return ", ".join(name for name in programs if find_program(name) is None)


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for_port(port: int, seconds: float = 60) -> None:
    """Return when the port accepts connections; raise ``TimeoutError`` when it does not."""
    deadline = time.monotonic() + seconds
    while not listens(port):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing listens on {port}")
        time.sleep(0.05)


class Service:
    """A server process with a folder of its own; ``kill`` is SIGKILL to it and to all that it started."""

    programs: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="edu-fault-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self, command: list[str], user: str | None = None, environment: dict[str, str] | None = None) -> None:
        with (self.folder / "output.log").open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **(environment or {})},
                user=user,
                group=user and pwd.getpwnam(user).pw_gid,
                extra_groups=[] if user else None,
                start_new_session=True,
                stdout=output,
                stderr=output,
            )
        wait_for_port(self.port)

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            # A script's child may outlive it by a moment.
            while listens(self.port):
                time.sleep(0.01)

    def close(self) -> None:
        """End the server and remove its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresServer(Service):
    """PostgreSQL as its package configures it, fsync on; it refuses to run as root, so root lends it a user."""

    programs = ("initdb", "postgres")

    def __init__(self, user: str = "postgres") -> None:
        super().__init__()
        self._user = user if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        initdb, data = find_program("initdb"), str(self.folder / "data")
        self._once([str(initdb), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder)}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._run([str(find_program("postgres")), "-D", data, *flags], user=self._user)
        self._admin = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.wait_until_ready()

    def _once(self, command: list[str]) -> None:
        group = self._user and pwd.getpwnam(self._user).pw_gid
        subprocess.run(
            command,
            cwd=self.folder,
            user=self._user,
            group=group,
            extra_groups=[] if group else None,
            check=True,
            capture_output=True,
        )

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._process is not None
        return self._process.pid

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Return when the server answers queries, as after a recovery."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.Error:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement in the maintenance database and return its rows."""
        with psycopg.connect(self._admin, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def create_database(self, template: str = "template1") -> str:
        """Make a database, a copy of ``template``, and return its name."""
        name = f"fault_{uuid.uuid4().hex[:12]}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def url(self, name: str) -> str:
        """Return the ``DATABASE_URL`` of a database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def kill(self) -> None:
        """End the postmaster, which takes every connection along; its children are groups of their own."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        super().kill()

    def kill_backend(self, name: str) -> bool:
        """SIGKILL the process behind the newest busy connection to ``name``; the server then disconnects everybody."""
        found = self.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
            f"AND datname = '{name}' ORDER BY (state <> 'idle') DESC, state_change DESC"
        )
        if not found:
            return False
        os.kill(int(str(found[0][0])), signal.SIGKILL)
        return True


class RedisServer(Service):
    """Redis without a dump: what is killed is empty afterwards."""

    programs = ("redis-server",)

    def __init__(self) -> None:
        super().__init__()
        self.start()

    def start(self) -> None:
        """Start it, empty."""
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._run([str(find_program("redis-server")), *arguments])

    @property
    def url(self) -> str:
        """The broker's address."""
        return f"redis://127.0.0.1:{self.port}/0"


class RabbitServer(Service):
    """A RabbitMQ node beside any other: own name, ports, folders, cookie and port mapper."""

    programs = ("rabbitmq-server", "erl", "epmd")

    def __init__(self) -> None:
        super().__init__()
        self._environment = {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"fault{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
        }
        (self.folder / "plugins").write_text("[].")
        with (self.folder / "epmd.log").open("ab") as output:
            self._mapper = subprocess.Popen(
                [str(find_program("epmd"))],
                env={**os.environ, **self._environment},
                start_new_session=True,
                stdout=output,
                stderr=output,
            )
        self.start()

    def start(self) -> None:
        """Start the node; it has what its folder holds."""
        self._run([str(find_program("rabbitmq-server"))], environment=self._environment)

    def empty(self) -> None:
        """Forget every queue and message; the node must be down."""
        shutil.rmtree(self.folder / "mnesia", ignore_errors=True)

    def close(self) -> None:
        self.kill()
        self._mapper.kill()
        self._mapper.wait()
        super().close()

    @property
    def url(self) -> str:
        """The broker's address."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"
