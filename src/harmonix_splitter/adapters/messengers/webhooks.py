"""Posts to addresses strangers chose, and to nothing inside the house.

The name is looked up here, every address it has is judged, and the connection goes to the one that was judged: a name
that answers differently the second time gains nothing.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

from harmonix_splitter.domain.webhooks import Heard

PATIENCE = 10.0
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _InsideError(Exception):
    """The name leads into a private network."""


@dataclass(frozen=True)
class Permitted:
    """Public addresses, and those an administrator wrote down: names, addresses or networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, written: Iterable[str]) -> "Permitted":
        names, networks = set(), []
        for entry in written:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                names.add(entry.lower())
        return cls(frozenset(names), tuple(networks))

    def addresses(self, host: str, port: int) -> list[str]:
        """Where this name may be reached; raise _InsideError when any of its addresses is not permitted."""
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if host.lower() not in self.names and not all(self._may(address) for address in found):
            raise _InsideError
        return found

    def _may(self, text: str) -> bool:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        is_listed = any(address in network for network in self.networks if network.version == address.version)
        return is_listed or (address.is_global and not address.is_multicast)


class _Judged(httpcore.NetworkBackend):
    """Connects only where it is permitted to."""

    def __init__(self, permitted: Permitted) -> None:
        self._permitted, self._plain = permitted, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = OSError(f"{host} has no address")
        for address in self._permitted.addresses(host, port)[:3]:
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError as refused:
                problem = refused
        raise problem


class HttpMessenger:
    def __init__(self, permitted: Sequence[str] = (), patience: float = PATIENCE) -> None:
        self._backend, self._patience = _Judged(Permitted.of(permitted)), patience

    def post(self, url: str, body: str, headers: dict[str, str]) -> Heard:
        began = time.monotonic()
        status, problem = None, ""
        try:
            status = self._status(url, body, headers)
        except _InsideError:
            problem = "That address is inside a private network; an administrator may allow it."
        except httpcore.TimeoutException:
            problem = f"Nothing came within {self._patience:g} seconds."
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as no:
            problem = f"It could not be reached: {str(no)[:200] or type(no).__name__}."
        return Heard(status, problem, time.monotonic() - began)

    def _status(self, url: str, body: str, headers: dict[str, str]) -> int:
        """The status alone: what a stranger's address answers is none of our business."""
        times: dict[str, float] = dict.fromkeys(("connect", "read", "write", "pool"), self._patience)
        with (
            httpcore.ConnectionPool(network_backend=self._backend) as pool,
            pool.stream(
                "POST", url, headers=list(headers.items()), content=body.encode(), extensions={"timeout": times}
            ) as answer,
        ):
            return answer.status
