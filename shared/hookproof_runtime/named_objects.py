"""Python objects that a setting or a flag names: `shop:receiver`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from hookproof.errors import BadConfiguration


def named_object(name: str) -> Any:
    """What `module:name` means, with the working directory searched first.

    Raises:
        BadConfiguration: it is not of that form, the module cannot be imported, or has no such name.
    """
    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute):
        raise BadConfiguration(f"{name!r} is not module:name, such as shop:receiver")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = import_module(module_name)
    except BadConfiguration:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise BadConfiguration(f"{module_name} cannot be imported ({reason})") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise BadConfiguration(f"{module_name} has no {attribute!r}") from None
