"""What every table of a file has in common."""

from typing import Final

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Table(BaseModel):
    """A table of a file: no coercion, no unknown key, and no value in an error's text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


AS_TUPLE: Final = BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
"""For a key that holds a list: a frozen table keeps it as a tuple."""
