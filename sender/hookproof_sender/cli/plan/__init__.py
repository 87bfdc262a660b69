"""The commands `plan check`, `graph`, `schema` and those that run one.

What may live here: which plan is meant, and how it is shown: findings, a drawing, a document. What may
not: what a plan means and what becomes of its run, which is the room `plans`' own.
"""

from .group import plan as plan
