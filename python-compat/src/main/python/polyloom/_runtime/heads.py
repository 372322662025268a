"""Heads of requests and responses as they cross to Java: flat strings of fields separated by NUL."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Scope = dict[str, Any]

_ASGI = {"version": "3.0", "spec_version": "2.4"}


def parse_head(head: str, kind: str) -> Scope:
    """Builds a connection scope from the flat head that Java sends."""
    method, scheme, version, path, query, root, client, client_port, server, server_port, *fields = head.encode(
        "latin-1"
    ).split(b"\0")
    pairs = iter(fields)
    return {
        "type": kind,
        "asgi": _ASGI,
        "http_version": version.decode("latin-1"),
        "server": (server.decode("latin-1"), int(server_port)),
        "client": (client.decode("latin-1"), int(client_port)) if client else None,
        "scheme": scheme.decode("latin-1"),
        "method": method.decode("latin-1"),
        "root_path": root.decode("latin-1"),
        "path": _unquote(path.decode("latin-1")) if b"%" in path else path.decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": list(zip(pairs, pairs, strict=False)),
    }


def _unquote(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path)


def flatten(headers: Any) -> str:
    """Joins header pairs into the flat string that Java reads.

    Raises ``ValueError`` when one has a NUL, which would make two fields of it.
    """
    flat: list[bytes] = []
    for name, value in headers:
        flat.append(name)
        flat.append(value)
    return whole(b"\0".join(flat).decode("latin-1"), len(flat))


def whole(flat: str, count: int) -> str:
    """The flat string of so many names and values, unless it would be read as more of them: then ``ValueError``."""
    if count and flat.count("\0") != count - 1:
        raise ValueError("a response header contains a NUL")
    return flat
