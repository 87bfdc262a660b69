"""The table of the tokens that were made: the one file of this room that speaks SQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Engine, MetaData, Table, Text, insert, select, update

from hookproof_runtime.database import reading, writing

from .record import Record

_TOKENS = Table(
    "hookproof_tokens",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_ns", BigInteger, nullable=False),
    Column("expires_ns", BigInteger, nullable=False),
    Column("revoked_ns", BigInteger),
)


class TokenStore:
    """Records of tokens. The tokens themselves are nowhere.

    Args:
        engine: a prepared engine whose schema is up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, record: Record) -> None:
        """Write a new token down."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(_TOKENS),
                {
                    "id": record.id,
                    "scope": record.scope,
                    "label": record.label,
                    "created_ns": record.created_ns,
                    "expires_ns": record.expires_ns,
                    "revoked_ns": record.revoked_ns,
                },
            )

    def all(self) -> list[Record]:
        """Every token that was made, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(_TOKENS).order_by(_TOKENS.c.created_ns, _TOKENS.c.id))
            return [Record(*row) for row in rows]

    def revoke(self, token_id: str, now_ns: int) -> Record | None:
        """Take a token back, for good; one that was taken back before keeps its moment.

        Returns:
            Its record as it is now; None where there is none of this id.
        """
        its = _TOKENS.c.id == token_id
        with writing(self._engine) as connection:
            connection.execute(
                update(_TOKENS).where(its, _TOKENS.c.revoked_ns.is_(None)).values(revoked_ns=now_ns)
            )
            row = connection.execute(select(_TOKENS).where(its)).one_or_none()
        return None if row is None else Record(*row)

    def is_revoked(self, token_id: str) -> bool:
        """Whether a token was taken back. One that is not written down was not: it is older than this
        table, and good until its time is over."""
        with reading(self._engine) as connection:
            revoked = select(_TOKENS.c.revoked_ns).where(_TOKENS.c.id == token_id)
            return connection.scalar(revoked) is not None
