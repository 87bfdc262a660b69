"""What a drawing of a plan says of each node, in a few plain words. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from .plan import FlowTask, Node


def name_of(node: Node) -> str:
    """What a person calls it, on one line."""
    return "".join(char if char.isprintable() else " " for char in node.name)


def does(node: Node) -> str:
    """What it does: a method and a host without the path, which may hold a token; or what is run."""
    if isinstance(node.task, FlowTask):
        task = node.task
        return f"flow {task.flow_id}" if task.recipe_id is None else f"recipe {task.recipe_id}"
    return f"{node.task.method.upper()} {urlsplit(node.task.url).netloc}"
