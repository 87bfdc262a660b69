"""The commands `outbox list`, `show`, `retry`, `cancel`, `prune` and `watch`.

What may live here: which messages are meant, and how one is shown: a line, a page, a document, a
command to repeat it by hand. What may not: what becomes of a message, which is the outbox's own.
"""

from .group import outbox as outbox
