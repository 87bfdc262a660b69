"""`claim`: whether this delivery is the one that may have its message's effect."""

from __future__ import annotations

from typing import Any, Literal

from hookproof import Delivery
from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration, HookproofError
from hookproof_runtime.ids import new_id

from ..identity import (
    Decision,
    Found,
    Known,
    OnBodyChange,
    Rules,
    ask,
    decide,
    guid_value,
    key_value,
    pointer_of,
    signature_value,
    wants_link,
)
from . import store
from .connections import Database, database_of


class ClaimRefused(HookproofError):
    """The endpoint's rules refuse the message; answer 422 with the code.

    Args:
        code: `body_changed` or `no_identity`.
        sentence: for the operator; holds nothing of the body.
    """

    def __init__(self, code: Literal["body_changed", "no_identity"], sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def claim(
    delivery: Delivery,
    *,
    connection: Any,
    endpoint: str,
    identity: str | None = None,
    identity_required: bool = False,
    on_body_change: OnBodyChange = "run",
    link: Literal["any", "off"] = "any",
    link_window: float = 600.0,
    clock: Clock = system_clock,
) -> bool:
    """Whether the message's effect is to be had now, in the transaction that is open.

    True once a message: the effect and the claim commit together, or roll back together, and then the
    next delivery is asked anew. False: it had its effect, or has it earlier in this transaction. Commit
    then too: what this delivery carries is remembered, so that a replay of it stays one.

    Call it before other statements of the transaction. While another transaction claims the same
    message, it waits for that one's end.

    Args:
        delivery: as `Verifier.verify` returned it.
        connection: a connection of SQLAlchemy, sqlite3 or psycopg, or Django's, in a transaction that
            the caller commits or rolls back. The table is made by `create_claims_table`.
        endpoint: a name of your choice: messages of one endpoint are told apart, those of two are never
            the same. It stands for method and target too.
        identity: `"json:/run"` names the (signed) field of the body that tells messages apart;
            without one, a scheme that signs an id tells them apart by that.
        identity_required: refuse what has no usable value there.
        on_body_change: what a known message with another body is: `"run"`, a duplicate like any other
            (a claimed message is finished), or refused.
        link: `"any"`: a new GUID is a retry of the newest message with this body and no GUID yet, so
            that an answer that was lost costs no second effect. `"off"`: it is a new message. There is
            no `"failed"`: a claim that was rolled back left nothing to link to.
        link_window: how far back that looks, in seconds.
        clock: the wall clock.

    Raises:
        ClaimRefused: by `identity_required` or `on_body_change="refuse"`.
        BadConfiguration: an argument cannot be right, or no transaction is open.
        Exception: whatever the connection raises, when the lock cannot be had or the table is missing.
            Nothing is claimed then: roll back, answer 503, and let the retry come.
    """
    if not isinstance(delivery, Delivery):
        raise TypeError(
            f"claim takes what Verifier.verify returned, not {type(delivery).__name__}: "
            "claim(delivery, connection=…, endpoint=…)"
        )
    rules = _rules(endpoint, identity, identity_required, on_body_change, link, link_window)
    now_ns = clock()
    return _Claim(database_of(connection), endpoint, rules, delivery, now_ns).make()


class _Claim:
    """One delivery on its way through the ladder."""

    def __init__(
        self, database: Database, endpoint: str, rules: Rules, delivery: Delivery, now_ns: int
    ) -> None:
        self._database = database
        self._endpoint = endpoint
        self._rules = rules
        self._now_ns = now_ns
        self._now_ms = now_ns // 1_000_000
        self._asked = ask(rules, delivery.body, delivery, delivery.guid)

    def make(self) -> bool:
        asked = self._asked
        try:
            store.hold(self._database, self._endpoint, asked.key or asked.digest, self._now_ms)
        except Exception as error:  # each driver has its own
            if "hookproof_claims" in str(error):
                error.add_note("hookproof_receiver.create_claims_table(connection) makes the table")
            raise
        if not self._database.in_transaction():
            raise BadConfiguration(
                "claim needs an open transaction, and this connection commits each statement by "
                "itself: begin one around the claim and its effect"
            )
        while True:  # until what was found holds when it is written
            decision = decide(asked, self._find(), self._rules)
            if decision.verdict == "no_identity":
                raise ClaimRefused("no_identity", "the body has no usable identity")
            if decision.verdict == "body_changed":
                raise ClaimRefused("body_changed", "the message came before with another body")
            if self._bind(decision):
                return decision.known is None

    def _find(self) -> Found:
        asked = self._asked
        values = (key_value(asked.key), signature_value(asked.signature), guid_value(asked.guid))
        at = store.find(self._database, self._endpoint, values)
        found = Found(
            *(_known(*at[value]) if value is not None and value in at else None for value in values)
        )
        if not wants_link(asked, found, self._rules):
            return found
        since_ms = self._now_ms - round(self._rules.link_window_s * 1000)
        newest = store.newest_open(self._database, self._endpoint, asked.digest, since_ms)
        return found if newest is None else Found(link=_known(newest, asked.digest))

    def _bind(self, decision: Decision) -> bool:
        asked, known = self._asked, decision.known
        message_id = new_id("msg", self._now_ns) if known is None else known.id
        digest = asked.digest if known is None else known.digest
        parts = (
            (decision.binds_key, key_value(asked.key)),
            (decision.binds_signature, signature_value(asked.signature)),
            (decision.binds_guid, guid_value(asked.guid)),
            (known is None and not decision.binds_guid, "open:" + message_id),
        )
        values = [value for wanted, value in parts if wanted and value]
        bound = store.bind(self._database, self._endpoint, values, message_id, digest, self._now_ms)
        if bound and known is not None and decision.binds_guid:
            store.remove(self._database, self._endpoint, ["open:" + message_id])
        return bound


def _known(message_id: str, digest: str) -> Known:
    # What can be seen of another transaction is committed: the message had its effect.
    return Known(message_id, "done", promised=False, digest=digest, signed_ms=None)


def _rules(
    endpoint: str,
    identity: str | None,
    identity_required: bool,
    on_body_change: OnBodyChange,
    link: str,
    link_window: float,
) -> Rules:
    if not endpoint or "\0" in endpoint:
        raise BadConfiguration(f'an endpoint has a name, such as endpoint="orders", not {endpoint!r}')
    if on_body_change not in ("run", "refuse"):
        raise BadConfiguration(f'on_body_change is "run" or "refuse", not {on_body_change!r}')
    if link == "failed":
        raise BadConfiguration(
            'claim cannot link to failed messages, since a rollback leaves none: link="any" or "off"'
        )
    if link not in ("any", "off"):
        raise BadConfiguration(f'link is "any" or "off", not {link!r}')
    if not link_window > 0:
        raise BadConfiguration(
            f'link_window is a number of seconds above 0, not {link_window!r}; or link="off"'
        )
    return Rules(
        identity=pointer_of(identity, identity_required),
        identity_required=identity_required,
        on_body_change=on_body_change,
        link="any" if link == "any" else "off",
        link_window_s=link_window,
    )
