"""All checks, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hookproof_runtime.checks.table import Check

from . import endpoints, machine, plans, storage
from .subject import Subject

CHECKS: Mapping[str, Check[Subject]] = MappingProxyType(
    {
        "endpoints": endpoints.endpoints,
        "secrets": endpoints.secrets,
        "replays": endpoints.replays,
        "plans": plans.plans,
        "server": machine.server,
        "listen": machine.listen,
        "database": storage.database,
        "clock": storage.clock,
        "retention": storage.retention,
        "space": machine.space,
        "descriptors": machine.descriptors,
        "threads": machine.threads,
    }
)
"""In the order in which they are told."""
