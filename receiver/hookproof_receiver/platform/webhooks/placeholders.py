"""`$jobId` and `$jobStatus` in the body of a webhook."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..job_shapes import Status

_PLACEHOLDER = re.compile(r"\$(jobId|jobStatus)(?![A-Za-z0-9_])")


def filled(body: str, job_group_id: int, status: Status) -> str:
    """A body with its placeholders filled in, in one pass.

    What is filled in is digits or one word, so that JSON stays JSON, whether it stands between quotes
    (`$jobId` alone needs none). A name that goes on, such as `$jobIds`, is none of them.
    """
    values: Mapping[str, str] = {"jobId": str(job_group_id), "jobStatus": status}
    return _PLACEHOLDER.sub(lambda found: values[found[1]], body)
