"""The commands `inbox list`, `show`, `replay`, `prune`, `export`, `watch`, `refusals` and `bundle`.

What may live here: which messages and requests are meant, and how one is shown: a line, a page, a
document, a file. What may not: what becomes of a message, which is the inbox's own, or the replay's.
"""

from .group import inbox as inbox
