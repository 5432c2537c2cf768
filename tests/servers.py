"""Real servers for the tests, on free ports of loopback, stopped by their own process handle."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

SEARCH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port}")


@dataclass(frozen=True)
class RunningStudio:
    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running_studio(folder: Path, **environment: str) -> Iterator[RunningStudio]:
    """`harmonix serve` as a process of its own, on a data folder of its own."""
    port = free_port()
    command = [sys.executable, "-m", "harmonix_splitter", "serve", "--port", str(port)]
    known = {"HARMONIX_DATA_DIR": str(folder), "HARMONIX_LOGGING_CONSOLE": "off", **environment}
    process = subprocess.Popen(command, env={**os.environ, **known}, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, process, 240)
        yield RunningStudio(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


_KILLS: dict[str, Callable[[], None]] = {}


def kill_broker(url: str) -> None:
    """As if its machine had lost its power."""
    _KILLS[url]()


@contextmanager
def redis_server(folder: Path, *options: str, port: int = 0) -> Iterator[str]:
    """A real redis-server; the answer is its URL. Skips, loudly, where it is not installed."""
    binary = shutil.which("redis-server", path=SEARCH)
    if binary is None:
        pytest.skip("redis-server is not installed")
    port = port or free_port()
    command = [
        binary,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        _KILLS[f"redis://127.0.0.1:{port}/0"] = process.kill
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=20)


@dataclass
class PostgresCluster:
    """A PostgreSQL of its own that can be killed and started again on the same data."""

    binaries: Path
    home: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://harmonix@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        if self._as_other:
            shutil.chown(self.home, "postgres")
        initdb = [str(self.binaries / "initdb"), "-D", str(self._data), "-U", "harmonix", "-A", "trust", "-N"]
        subprocess.run([*self._as_other, *initdb], check=True, cwd=self.home, **_QUIET)

    def start(self) -> None:
        options = ["-p", str(self.port), "-k", str(self.home)]
        options += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        command = [*self._as_other, str(self.binaries / "postgres"), "-D", str(self._data), *options]
        self._process = subprocess.Popen(command, cwd=self.home, **_QUIET)
        wait_for_port(self.port, self._process)
        ready = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode:
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGQUIT is the plug pulled: no goodbye to anybody, and what was not committed is lost."""
        note = self._data / "postmaster.pid"
        if note.exists():
            os.kill(int(note.read_text().splitlines()[0]), how)
        if self._process is not None:
            self._process.wait(timeout=30)

    @property
    def _data(self) -> Path:
        return self.home / "data"

    @property
    def _as_other(self) -> list[str]:
        return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def postgres_cluster() -> Iterator[PostgresCluster]:
    """A real PostgreSQL with an empty database. Skips, loudly, where it is not installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        pytest.skip("PostgreSQL is not installed")
    cluster = PostgresCluster(binaries[-1], Path(tempfile.mkdtemp(prefix="harmonix-pg-")))
    cluster.create()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.home, ignore_errors=True)


@contextmanager
def postgres_server(_folder: Path) -> Iterator[str]:
    """The URL of a real PostgreSQL with an empty database."""
    with postgres_cluster() as cluster:
        yield cluster.url


@contextmanager
def rabbitmq_server(folder: Path) -> Iterator[str]:
    """A real RabbitMQ; the answer is its URL. Skips, loudly, where it is not installed."""
    binary = shutil.which("rabbitmq-server", path=SEARCH)
    if binary is None:
        pytest.skip("RabbitMQ is not installed")
    port, home = free_port(), Path(tempfile.mkdtemp(prefix="harmonix-mq-"))
    if os.geteuid() == 0:
        shutil.chown(home, "rabbitmq")
    environment = {
        **os.environ,
        "HOME": str(home),
        "RABBITMQ_NODENAME": f"harmonix{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "ERL_EPMD_PORT": str(free_port()),
    }
    process = subprocess.Popen(
        [binary],
        env=environment,
        cwd=home,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port, process, 120)
        _KILLS[f"amqp://guest:guest@127.0.0.1:{port}//"] = lambda: _signal_rabbit(home, process, signal.SIGKILL)
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        _signal_rabbit(home, process, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        if names := shutil.which("epmd", path=SEARCH):  # its name server, which it leaves behind
            subprocess.run([names, "-kill"], env=environment, check=False, **_QUIET)
        shutil.rmtree(home, ignore_errors=True)


def _signal_rabbit(home: Path, process: "subprocess.Popen[bytes]", what: signal.Signals) -> None:
    """The broker itself as well: as root, what we started only switches users, and it has a group of its own."""
    note = home / "pid"
    for kill in (lambda: os.kill(int(note.read_text()), what), lambda: os.killpg(process.pid, what)):
        with suppress(ProcessLookupError, FileNotFoundError):
            kill()


@contextmanager
def s3_server() -> Iterator[tuple[str, dict[str, str]]]:
    """An S3 that keeps everything in memory; the answer is a bucket's URL and the options to reach it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # The server keeps its buckets for as long as the process lives.
    bucket = f"harmonix-{uuid.uuid4().hex[:12]}"
    httpx.put(f"{endpoint}/{bucket}", headers={"Authorization": "AWS4-HMAC-SHA256 Credential=test/x/us-east-1/s3/"})
    options = {
        "aws_endpoint": endpoint,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "aws_region": "us-east-1",
    }
    try:
        yield f"s3://{bucket}/library", options
    finally:
        server.stop()
