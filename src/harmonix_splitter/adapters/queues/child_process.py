"""A process of its own group that does jobs, one after the other, with its models kept warm."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from harmonix_splitter.errors import EngineError
from harmonix_splitter.services.ports.jobs import Claim

Heard = Callable[[str, Mapping[str, Any]], None]


@dataclass
class ChildProcess:
    """Speaks JSON lines: jobs in, news and `done` out. When its parent dies its stdin ends, and it kills itself."""

    command: Sequence[str]
    greeting: Mapping[str, Any]
    heard: Heard
    environment: Mapping[str, str] | None = None
    is_ready: bool = False
    _process: "subprocess.Popen[bytes] | None" = None
    _done: threading.Event = field(default_factory=threading.Event)
    _sending: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    def start_job(self, claim: Claim) -> None:
        """Hand over a job; EngineError when no process can be started."""
        self._done = threading.Event()
        if not self.is_alive:
            self._start()
        self._send({"job_id": claim.job_id, "fence": claim.fence, "worker": claim.worker})

    def wait(self, seconds: float) -> bool:
        """Whether the job is done, or the process gone, within so many seconds."""
        return self._done.wait(seconds)

    def ended(self) -> str:
        """How the process ended, in words; empty while it lives."""
        if self._process is None or self._process.poll() is None:
            return ""
        code = self._process.returncode
        return f"it was killed by {signal.Signals(-code).name}" if code < 0 else f"it left with code {code}"

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """The whole group, at once, even if it is frozen."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._close()

    def _start(self) -> None:
        self._close()
        self.is_ready = False
        try:
            self._process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
                env=None if self.environment is None else {**os.environ, **self.environment},
            )
        except OSError as refused:
            raise EngineError(f"No worker process can be started: {refused.strerror}.") from refused
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self._send(self.greeting)

    def _send(self, message: Mapping[str, Any]) -> None:
        with self._sending:
            process = self._process
            if process is None or process.stdin is None:
                return
            try:
                process.stdin.write(json.dumps(message).encode() + b"\n")
                process.stdin.flush()
            except (BrokenPipeError, ValueError):
                self._done.set()

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if "ready" in message:
                self.is_ready = True
            elif "done" in message:
                self._done.set()
            elif "topic" in message:
                self.heard(message["topic"], message["event"])
        process.wait()
        if process is self._process:
            self._done.set()

    def _signal(self, number: signal.Signals) -> None:
        if self.is_alive:
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:
                return

    def _close(self) -> None:
        """Its stdin; its stdout is read to the end by the thread that listens."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
