"""The table `[receiver]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .endpoint import EndpointSettings
from .table import AS_TUPLE, Duration, Size, Table


class ReceiverSettings(Table):
    """How messages are received."""

    listen: str = "127.0.0.1:8080"
    """HOST:PORT; port 0 takes a free one."""
    server: Literal["waitress", "granian"] = "waitress"
    """What speaks HTTP; granian is faster, and needs the extra of its name."""
    database: str = "sqlite:///.hookproof/inbox.db"
    """Where messages are kept: an SQLAlchemy URL."""
    app: str | None = None
    """`module:name` of a Receiver made in Python."""
    max_body: Size = 8 * 1024**2
    """A larger body is answered 413."""
    threads: Annotated[int, Field(ge=2, le=1024)] = 64
    """Threads that answer requests."""
    running: Annotated[int, Field(ge=1, le=1023)] = 56
    """Handlers that run, and requests that wait for one, at the most; below `threads`."""
    workers: Annotated[int, Field(ge=0, le=256)] = 4
    """Messages that were acknowledged and are run at once; 0 leaves them to `hookproof inbox work`."""
    answer_within: Duration = 25.0
    """A handler that takes longer is promised, and its request answered 200 "kept"."""
    refusals_kept: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """Requests with a refused signature that are kept, to be explained; the oldest go first."""
    refusals_bytes: Size = 64 * 1024**2
    """What they may take together."""
    bodies_kept: Duration = 7 * 86_400.0
    """Headers and bodies of finished messages are removed when they are older."""
    messages_kept: Duration = 30 * 86_400.0
    """The rest of finished messages, by which retries are known; 7 days at least."""
    apart_kept: Duration = 30 * 86_400.0
    """Requests that were kept apart, such as those that came too late."""
    platform: bool = False
    """Serve the platform's run-job API at /v4."""
    recipes: Annotated[tuple[str, ...], AS_TUPLE] = ()
    """Modules with recipes of one's own, for the run-job API; a job imports them again."""
    plans: Annotated[tuple[str, ...], AS_TUPLE] = ()
    """Files of plans that the API runs, each with its `id`."""
    slack: bool = False
    """Serve Slack's incoming webhooks at /services, and chat.postMessage at /api."""
    pages: bool = True
    """Show what came, to a browser, from / on: never over an endpoint."""
    hosts: Annotated[tuple[str, ...], AS_TUPLE] = ()
    """Further host names that the pages answer to, beside this machine's own."""
    log: Literal["console", "json", "quiet"] = "console"
    """`console`: two lines a request; `json`: log lines as JSON on standard error; `quiet`: warnings
    alone, for people, on standard error."""
    endpoint: Annotated[tuple[EndpointSettings, ...], AS_TUPLE] = ()
    """`[[receiver.endpoint]]`, one for each path."""
