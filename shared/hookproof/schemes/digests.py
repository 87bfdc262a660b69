"""The one way to write a digest in hexadecimal: what else means the same bytes is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

is_hex: Callable[[str], object] = re.compile(r"[0-9a-f]{64}", re.ASCII).fullmatch
"""SHA-256 in hexadecimal: something true of 64 lower-case digits, None of anything else."""
