"""The tables, as the migrations leave them. Times are Unix milliseconds; lists are JSON."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

_metadata = MetaData()

messages = Table(
    "hookproof_messages",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("endpoint", Text),
    Column("method", Text),
    Column("target", Text),  # of the first request, as is `method`
    Column("headers", Text),  # of the request whose body it holds
    Column("body", LargeBinary),
    Column("digest", Text),
    Column("link", Text),  # the digest, where rule 3 may find it: no GUID yet, and no signed key
    Column("signed_ms", BigInteger),
    Column("guid", Text),  # the first that was bound
    Column("flags", Text),
    Column("state", Text),
    Column("owner", Text),  # whose lease it runs under; NULL unless `running`
    Column("attempts", Integer),  # starts of a handler; also the fence of a lease
    Column("promised_ms", BigInteger),  # always of a `pending` one
    Column("tries", Integer),  # starts again by the receiver itself, since it was promised
    Column("due_ms", BigInteger),
    Column("status", Integer),
    Column("answer", LargeBinary),
    Column("answer_type", Text),
    Column("error", Text),
    Column("created_ms", BigInteger),
    Column("updated_ms", BigInteger),
    Column("pruned_bytes", BigInteger),  # how long the body was that was removed; NULL where it is here
)

identities = Table(
    "hookproof_identities",
    _metadata,
    Column("endpoint", Text, primary_key=True),
    Column("value", Text, primary_key=True),  # "key:…", "signature:…:…" with its time, or "guid:…"
    Column("message_id", Text),
    Column("created_ms", BigInteger),
)

deliveries = Table(
    "hookproof_deliveries",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("endpoint", Text),
    Column("message_id", Text),
    Column("verdict", Text),
    Column("rule", Integer),
    Column("flags", Text),
    Column("method", Text),
    Column("target", Text),
    Column("guid", Text),
    Column("secret_label", Text),
    Column("signed_ms", BigInteger),
    Column("received_ms", BigInteger),
    Column("status", Integer),
)

apart = Table(  # requests that were refused though authentic, whole, each once
    "hookproof_apart",
    _metadata,
    Column("endpoint", Text, primary_key=True),
    Column("value", Text, primary_key=True),  # "signature:…", or "digest:…" where there is none
    Column("delivery_id", Text),
    Column("headers", Text),
    Column("body", LargeBinary),
)
