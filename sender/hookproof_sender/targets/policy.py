"""Where a request may go: the one decision, of a URL and of every address that its name has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Literal, NamedTuple, TypeAlias

from .allowed import Allowed, quoted
from .anchoring import anchored, is_anchored
from .connect_to import ConnectTo
from .embedded import embedded
from .forbidden import Forbidden
from .own import is_own
from .ranges import Address, Kind, range_of
from .verdict import OPEN_LOOPBACK, Verdict

_API = "/v4"
"""Below this path the platform's API lies."""

_OF_THE_API = re.compile(rf"[^:/?#]+://[^/?#]*{_API}(?:[/?#]|\Z)")

Unmatched: TypeAlias = Literal["judge", "refuse"]
"""What becomes of a URL that no regex of `allowed` matches: judged by its addresses, or refused."""


class _Objection(NamedTuple):
    """One thing that speaks against an address."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed and what is forbidden. It decides and never raises."""

    forbidden: Forbidden = field(default_factory=Forbidden)
    """Forbidden beside the special ranges."""
    allowed: Allowed = field(default_factory=Allowed)
    """URLs that go through whatever their address, but to link-local and metadata addresses."""
    unmatched: Unmatched = "judge"
    """What becomes of all other URLs."""
    allow_loopback: bool = False
    """Let requests go to 127.0.0.0/8 and ::1, and nowhere else by it."""
    connect_to: tuple[ConnectTo, ...] = ()
    """Other places to connect to; the first that is for a place counts."""
    is_own: Callable[[Address], bool] = is_own
    """Whether an address is this machine's."""

    def place(self, host: str, port: int) -> tuple[str, int]:
        """The host and port to resolve and connect to for those of a URL."""
        for rule in self.connect_to:
            if rule.is_for(host, port):
                return rule.to_host or host, rule.to_port or port
        return host, port

    def judge_url(self, url: str) -> Verdict | None:
        """Refuse a URL whatever its addresses; None where they decide."""
        if self.unmatched == "judge" or self.allowed.matching(url) is not None:
            return None
        reason = 'no regex of allowedUrlRegexes matches the URL, and unmatched is "refuse"'
        return Verdict(None, False, reason, self._allowing(url))

    def judge(self, url: str, addresses: Iterable[str]) -> tuple[Verdict, ...]:
        """Judge every address for a URL, in their order. One that is refused refuses the URL.

        Args:
            url: as it is sent.
            addresses: as the system writes them, a zone behind `%`. Other text is refused.
        """
        matched = self.allowed.matching(url)
        return tuple(self._judge(url, matched, text) for text in addresses)

    def _judge(self, url: str, matched: str | None, text: str) -> Verdict:
        try:
            address = ip_address(text)
        except ValueError:
            return Verdict(text, False, "is no address")
        objections = list(self._objections(address))
        if not objections:
            special = range_of(_canonical(address))  # loopback, where it is allowed
            what = f"lies in {special}, which is allowed" if special else "is a public address"
            return Verdict(text, True, what)
        for kind, words in objections:
            if kind in ("link-local", "metadata"):
                return Verdict(text, False, words)
        words = objections[0].words
        if matched is not None:
            return Verdict(text, True, f"{words}; allowed by {matched}")
        alone = [kind for kind, _ in objections] == ["loopback"]
        if alone and not _is_the_api(url):
            return Verdict(text, False, words, OPEN_LOOPBACK)
        return Verdict(text, False, words, self._allowing(url) or (OPEN_LOOPBACK if alone else None))

    def _objections(self, address: Address) -> Iterator[_Objection]:
        """What speaks against an address, and against the IPv4 addresses in it."""
        plain = _canonical(address)
        if plain != address:
            yield from self._against(plain, f"holds {plain} (IPv4-mapped), which ", outer=True)
            return
        yield from self._against(plain, "", outer=True)
        if isinstance(plain, IPv6Address):
            for form, inner in embedded(plain):
                yield from self._against(inner, f"holds {inner} ({form}), which ", outer=False)

    def _against(self, address: Address, words: str, *, outer: bool) -> Iterator[_Objection]:
        special = range_of(address)
        if special and special.kind == "loopback" and outer:
            if not self.allow_loopback:
                yield _Objection("loopback", f"{words}lies in {special}")
        elif special:
            kind = "special" if special.kind == "loopback" else special.kind
            yield _Objection(kind, f"{words}lies in {special}")
        elif self.is_own(address):
            yield _Objection("special", f"{words}is an address of this machine")
        if (network := self.forbidden.holding(address)) is not None:
            yield _Objection("special", f"{words}lies in {network}, which forbiddenIPs names")

    def _allowing(self, url: str) -> str | None:
        """The line that lets a URL's host and port through; None where none could be written.

        For a URL of the platform's API, it lets that API through and no more, as the platform advises.
        """
        pattern = anchored(url, f"{_API}([/?].*)?$") if _is_the_api(url) else anchored(url)
        if pattern is None or not is_anchored(pattern):
            return None
        return f"allowedUrlRegexes = [{', '.join(map(quoted, (*self.allowed.patterns, pattern)))}]"


def _is_the_api(url: str) -> bool:
    """Whether a URL calls the platform itself: a task that runs a job goes there."""
    return _OF_THE_API.match(url) is not None


def _canonical(address: Address) -> Address:
    """The IPv4 address that the system makes of an IPv4-mapped one; any other as it is."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
