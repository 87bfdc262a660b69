"""The vectors of HTTP tasks, in the two ways in which a driver is asked about one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "shared" / "hookproof" / "vectors" / "http-task.json"


@dataclass(frozen=True, slots=True)
class Vector:
    """One request, and whether it is to be taken."""

    number: int
    comment: str
    valid: bool
    secrets: tuple[bytes, ...]
    """Newest first."""
    now: int
    """The receiver's clock: Unix time in milliseconds."""
    tolerance: int
    """Seconds."""
    headers: tuple[tuple[str, bytes], ...]
    body: bytes

    @property
    def is_about_a_body(self) -> bool:
        """Whether its body is of the kind that something on the way likes to change."""
        return self.comment.startswith("body: ")

    def line(self) -> bytes:
        """For a function: clock, tolerance, secrets, body, signature lines; bytes in hexadecimal."""
        lines = [value for name, value in self.headers if name.lower() == "x-webhook-signature"]
        fields = (str(self.now), str(self.tolerance), _hex(self.secrets), self.body.hex(), _hex(lines))
        return "\t".join(fields).encode() + b"\n"

    def request(self, content_type: str | None = "application/json") -> bytes:
        """For a server: raw HTTP. What only the driver reads stands in headers of its own."""
        head = [
            ("Host", b"127.0.0.1"),
            ("Connection", b"close"),
            ("Content-Length", str(len(self.body)).encode()),
            ("Vector-Now", str(self.now).encode()),
            ("Vector-Tolerance", str(self.tolerance).encode()),
            ("Vector-Secrets", _hex(self.secrets).encode()),
            *self.headers,
        ]
        if content_type and "content-type" not in {name.lower() for name, _ in self.headers}:
            head.append(("Content-Type", content_type.encode()))
        return post(head, self.body)


def post(head: list[tuple[str, bytes]], body: bytes) -> bytes:
    """A request's bytes, none of them looked at."""
    lines = [name.encode() + b": " + value for name, value in head]
    return b"\r\n".join([b"POST /hooks/orders HTTP/1.1", *lines, b"", body])


def _hex(values: tuple[bytes, ...] | list[bytes]) -> str:
    return ",".join(value.hex() for value in values)


@cache
def vectors() -> tuple[Vector, ...]:
    """All of them, in the file's order."""
    return tuple(
        Vector(
            number=test["tcId"],
            comment=test["comment"],
            valid=test["result"] == "valid",
            secrets=tuple(secret["text"].encode() for secret in group["secrets"]),
            now=test["now"],
            tolerance=test["tolerance"],
            headers=tuple((name, value.encode("latin-1")) for name, value in test["headers"]),
            body=bytes.fromhex(test["body"]),
        )
        for group in json.loads(FILE.read_bytes())["testGroups"]
        for test in group["tests"]
    )
