"""A table of a file where a key that holds null is as good as absent, as in the platform's records."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, model_validator

from hookproof_runtime.settings import Table


class Record(Table):
    """A table whose keys may hold null."""

    model_config = ConfigDict(use_attribute_docstrings=True)  # for the JSON Schema

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, record: Any) -> Any:
        if not isinstance(record, dict):
            return record
        return {key: value for key, value in record.items() if value is not None}
