"""Texts in which nothing is rendered: a task's URL and name, and its headers' names."""

from __future__ import annotations


def refuse_references(text: str, where: str) -> None:
    """Refuse a text in which nothing is rendered.

    Raises:
        ValueError: something begins in it as a reference does.
    """
    if "{{" in text:
        raise ValueError(f"{where} holds no reference: write it out")
