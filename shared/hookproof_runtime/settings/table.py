"""What every table of a file has in common."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

from ..units import parse_duration, parse_size


class Table(BaseModel):
    """A table of a file: no coercion, no unknown key, and no value in an error's text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


Duration = Annotated[float, BeforeValidator(parse_duration)]
"""A span of time: text with a unit in the file, seconds in the program."""

Size = Annotated[int, BeforeValidator(parse_size)]
"""A number of bytes: text with a unit in the file."""

AS_TUPLE: Final = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
"""For a key that holds a list: a frozen table keeps it as a tuple."""
