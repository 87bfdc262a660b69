"""A request that is refused before its signature is looked at."""

from __future__ import annotations


class Refused(Exception):
    """It is not HTTP, is ambiguous, is too much, or asks for what is not there.

    Args:
        status: the HTTP status.
        code: the stable code, of PROTOCOL.md's list.
        sentence: for the operator; holds no byte of the request.
    """

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(status, code, sentence)
        self.status = status
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def bad_request(sentence: str) -> Refused:
    """A 400: it is not HTTP, or two readers could read it differently."""
    return Refused(400, "bad_request", sentence)


def too_large(most: int) -> Refused:
    """A 413: the body has more than `most` bytes."""
    return Refused(413, "too_large", f"the body is larger than {most} bytes")


def incomplete(sentence: str) -> Refused:
    """A 400: the body is not all there."""
    return Refused(400, "incomplete_body", sentence)
