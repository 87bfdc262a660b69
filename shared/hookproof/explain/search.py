"""The search: forms of the secret, of the body, of what is signed and of the hash, alone and in pairs.

A trial is one MAC; it proves a cause by being equal to a digest that the headers hold. Pairs are tried
where both halves are common.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from typing import NamedTuple

from ..keys import Secret
from ..schemes import Mac, Scheme
from .body_forms import BodyForms
from .budget import TRIAL, Budget
from .form import Form
from .layouts import Layout, other_layouts, own_layouts
from .material import Material
from .secret_forms import KeyForm, own_key, secret_forms
from .signature_texts import Candidate, candidates

_SIZES = {"sha256": 32, "sha1": 20, "sha512": 64, "sha384": 48, "md5": 16}
_PAIRED_KEYS = 24
_PAIRED_LAYOUTS = 24
_COMMON = ("json_compact", "json_spaced", "json_sorted", "newline_lost", "newline_added", "line_ends")
_COMMON_KEYS = 8
_AS_IT_IS = Form("", "as it is", 0, lambda: None)


class Match(NamedTuple):
    """What reproduces a received digest."""

    key: KeyForm
    layout: Layout
    form: Form
    algorithm: str
    """`sha256`; `plain ` before it where no key is used as HMAC uses it."""
    candidate: Candidate
    cut: bool
    """Whether the digest that came is the beginning of the whole one."""


class Stage(NamedTuple):
    """What is tried together: every key with every layout, form and hash."""

    name: str
    """What it is called in the report; empty for the request as it should be."""
    keys: list[KeyForm]
    layouts: list[Layout]
    forms: Iterable[tuple[Form, bytes]]
    algorithms: list[str]
    budget: Budget


class Search:
    """One search over one request's material, within a budget."""

    def __init__(
        self,
        scheme: Scheme,
        secrets: tuple[Secret, ...],
        also: tuple[Secret, ...],
        body: bytes,
        material: Material,
        forms: BodyForms,
        budget: Budget,
        signed: bytes | None,
    ) -> None:
        self.tried: list[str] = []
        self.not_tried: list[str] = []
        self._body = body
        self._forms = forms
        self._reserve = budget.part(0.3)
        self._budget = budget
        self._digests: dict[int, dict[bytes, Candidate]] = {}
        for candidate in material.candidates:
            self._digests.setdefault(len(candidate.digest), {})[candidate.digest] = candidate
        self._algorithm = "sha1" if scheme.name == "github-sha1" else "sha256"
        self._keyed: dict[tuple[bytes, str], hmac.HMAC] = {}
        self._macs: dict[bytes, Mac] = {}
        self._own_keys = [self._own_key(scheme, secret) for secret in secrets]
        self._other_keys = list(_other_keys(scheme, secrets, also))
        times, ids = material.times, material.ids
        self._own = own_layouts(scheme.name, times, ids) if signed is None else [Layout(signed)]
        taken = {(one.before, one.after, one.use) for one in self._own}
        self._others: list[Layout] = []
        for one in other_layouts(scheme.name, times, ids):
            if (one.before, one.after, one.use) not in taken:
                taken.add((one.before, one.after, one.use))
                self._others.append(one)

    def run(self) -> Match | None:
        """The first match; None where nothing fits, or the budget is used up before."""
        if not self._digests:
            return None
        for stage in self._stages():
            match, whole = self._try(stage)
            if match:
                return match
            if stage.name:
                (self.tried if whole else self.not_tried).append(
                    stage.name.format(made=self._forms.made)
                )
        self.not_tried += self._forms.left_out()
        return None

    def _stages(self) -> Iterator[Stage]:
        """Each as its turn comes: the forms that were kept are there only after they were made."""
        own, others, plain = self._own_keys, self._other_keys, [(_AS_IT_IS, self._body)]
        usual, hashes, rest = [self._algorithm], self._algorithms(), self._budget
        layouts = self._others[:_PAIRED_LAYOUTS]
        yield Stage("", own, self._own, plain, usual, rest)
        yield Stage(f"{len(others)} other forms of the secrets", others, self._own, plain, usual, rest)
        yield Stage("{made} other forms of the body", own, self._own, self._forms, usual, rest)
        rest.add(self._forms.budget)
        kept = self._forms.kept
        common = [(form, data) for form, data in kept if form.code in _COMMON]
        name = "the commonest pairs of a form of the body and a form of the secret"
        yield Stage(name, others[:_COMMON_KEYS], self._own, common, usual, self._reserve)
        rest.add(self._reserve)
        yield Stage(f"{len(self._others)} other signed texts", own, self._others, plain, usual, rest)
        name = f"other hashes: {', '.join(hashes)}"
        yield Stage(name, own, self._own + self._likely_layouts(), plain, hashes, rest)
        name = "pairs of a form of the secret and a signed text"
        yield Stage(name, others[:_PAIRED_KEYS], layouts, plain, usual, rest)
        name = "pairs of a form of the body and a form of the secret"
        yield Stage(name, others[:_PAIRED_KEYS], self._own, kept, usual, rest)
        yield Stage("pairs of a form of the body and a signed text", own, layouts, kept, usual, rest)
        yield Stage(
            "pairs of another hash and a form of the secret", others, self._own, plain, hashes, rest
        )
        yield Stage("pairs of another hash and a form of the body", own, self._own, kept, hashes, rest)

    def _try(self, stage: Stage) -> tuple[Match | None, bool]:
        """The first match of a stage, and whether all of it was tried."""
        for form, data in stage.forms:
            for layout in stage.layouts:
                texts = layout.texts(data)
                for algorithm in stage.algorithms:
                    for key in stage.keys:
                        if not stage.budget.spend(len(texts[1]) + TRIAL):
                            return None, False
                        match = self._trial(key, layout, form, algorithm, texts)
                        if match:
                            return match, True
        return None, True

    def _trial(
        self,
        key: KeyForm,
        layout: Layout,
        form: Form,
        algorithm: str,
        texts: tuple[bytes, bytes, bytes],
    ) -> Match | None:
        mac = self._mac(key.raw, algorithm, texts)
        for length, digests in self._digests.items():
            if length <= len(mac) and mac[:length] in digests:
                return Match(key, layout, form, algorithm, digests[mac[:length]], length < len(mac))
        return None

    def _mac(self, key: bytes, algorithm: str, texts: tuple[bytes, bytes, bytes]) -> bytes:
        own = self._macs.get(key)
        if own is not None and algorithm == self._algorithm:
            return _digest_of(own(texts[0], texts[1] + texts[2]))
        if algorithm.startswith("plain "):
            _, name, place = algorithm.split(" ")
            parts = {"key-first": (key, *texts), "key-last": (*texts, key), "no-key": texts}[place]
            plain = hashlib.new(name, usedforsecurity=False)
            for part in parts:
                plain.update(part)
            return plain.digest()
        state = self._keyed.get((key, algorithm))
        if state is None:
            state = self._keyed[key, algorithm] = hmac.new(key, None, algorithm)
        state = state.copy()
        for text in texts:
            state.update(text)
        return state.digest()

    def _own_key(self, scheme: Scheme, secret: Secret) -> KeyForm:
        raw = own_key(scheme, secret)
        mac = scheme.mac(secret)
        if _digest_of(mac(b"a", b"b")) != hmac.digest(raw, b"ab", self._algorithm):
            self._macs[raw] = mac  # a scheme of one's own, with a key or a hash of its own
        return KeyForm(raw, "", "", secret.label)

    def _likely_layouts(self) -> list[Layout]:
        """Those that come with another hash as if they were one mistake: no time, no separator."""
        codes = ("signed_body_alone", "signed_separator")
        return [layout for layout in self._others if layout.code in codes][:3]

    def _algorithms(self) -> list[str]:
        """Those whose digests have the length of one that came; then hashes without HMAC."""
        names = [
            name for name, size in _SIZES.items() if name != self._algorithm and size in self._digests
        ]
        if 32 in self._digests and self._algorithm == "sha256":
            names.append("sha512")
        plain = [name for name, size in _SIZES.items() if size in self._digests]
        return list(dict.fromkeys(names)) + [
            f"plain {name} {place}" for name in plain for place in ("no-key", "key-first", "key-last")
        ]


def _other_keys(
    scheme: Scheme, secrets: tuple[Secret, ...], also: tuple[Secret, ...]
) -> Iterator[KeyForm]:
    """Other secrets as they are; then the forms of all, the first of each before the second."""
    for secret in also:
        yield KeyForm(own_key(scheme, secret), "secret_other", "", secret.label)
    rows = zip_longest(*(secret_forms(scheme, secret) for secret in secrets + also))
    yield from (key for key in chain.from_iterable(rows) if key is not None)


def _digest_of(text: str) -> bytes:
    found = candidates(text, base64_wanted=False)
    return found[0].digest if found else text.encode()
