"""The pages of flows: their recipes, and the jobs that these run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from ..pages import Asked, Download, Page, Refused, Section, SeeOther, View
from .job_group import JobGroup
from .job_shapes import Status
from .outputs import OutputFile
from .recipes import Flow, Recipe
from .refusal import Refusal
from .run_job import RunJob
from .service import PlatformService

USER = "pages"
"""Who runs what is run from a page."""
NEWEST = 5
"""Runs beside a recipe."""
SHOWN = 25
"""Runs on one page of all of them."""

_MOVING: tuple[Status, ...] = ("Created", "InProgress")
_STATES: Mapping[str, tuple[str, Literal["good", "bad", "warn", "busy", ""]]] = {
    "Created": ("queued", ""),
    "InProgress": ("in progress", "busy"),
    "Complete": ("completed", "good"),
    "Failed": ("failed", "bad"),
    "Canceled": ("cancelled", "warn"),
}
_TABS = (("recipe", "Recipe"), ("jobs", "Jobs"))


def section(service: PlatformService) -> Section:
    """The section of the flows."""
    pages = _Pages(service)
    return Section(
        name="platform",
        title="Flows",
        path="/flows",
        about="Recipes, and the jobs that they run: queued, in progress, completed.",
        templates=Path(__file__).parent / "templates",
        live=pages.moving,
        views=[
            View("/flows", pages.listed),
            View("/flows/<flow_id>", pages.shown),
            View("/flows/<flow_id>/run", pages.run, "POST"),
            View("/flows/<flow_id>/cancel", pages.cancel, "POST"),
            View("/flows/<flow_id>/jobs/<group_id>/<name>", pages.output),
        ],
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A job group, as it is shown."""

    group: JobGroup
    word: str
    """Where it stands, as a person says it."""
    kind: str
    """What colour that has."""
    moving: bool
    """Whether it is queued or in progress."""
    seconds: float | None
    """How long it has run, or did; None where it has not begun."""
    outputs: Sequence[tuple[OutputFile, str]]
    """The files that it wrote, each with where it is handed out."""
    profile: Mapping[str, Any]
    """What its output holds, in numbers; empty where it was not profiled."""


class _Pages:
    def __init__(self, service: PlatformService) -> None:
        self._service = service

    def moving(self) -> str:
        """How many jobs are under way."""
        return " and ".join(
            f"{len(self._service.job_groups(status=status, limit=100))} {_STATES[status][0]}"
            for status in _MOVING
        )

    def listed(self, _asked: Asked) -> Page:
        """All flows."""
        flows = [(flow, self._service.recipes(flow.id)) for flow in self._service.flows()]
        return Page("platform/flows.html", "Flows", {"flows": flows})

    def shown(self, asked: Asked) -> Page:
        """A flow; beside its recipes the one that is chosen, with its jobs."""
        flow = self._flow(asked)
        recipes = self._service.recipes(flow.id)
        chosen = _chosen(recipes, asked)
        tab = "jobs" if asked.query.get("tab") == "jobs" else "recipe"
        most = SHOWN if tab == "jobs" else NEWEST
        groups: Sequence[JobGroup] = ()
        before = asked.number("before") if tab == "jobs" else None
        if chosen is not None:
            groups = self._service.job_groups(recipe_id=chosen.id, limit=most + 1, before=before)
        runs = [self._run(flow, group) for group in groups[:most]]
        return Page(
            "platform/flow.html",
            flow.name if chosen is None else f"{chosen.name} · {flow.name}",
            {
                "flow": flow,
                "recipes": recipes,
                "chosen": chosen,
                "tab": tab,
                "tabs": [(name, title, _path(flow, chosen, name)) for name, title in _TABS],
                "path_of": lambda recipe: _path(flow, recipe),
                "runs": runs,
                "states": _STATES,
                "newest": _path(flow, chosen, tab) if before else None,
                "older": f"{_path(flow, chosen, 'jobs')}&before={groups[most - 1].id}"
                if len(groups) > most
                else None,
            },
            moving=any(run.moving for run in runs),
            watched=None if before else repr(groups),
        )

    def run(self, asked: Asked) -> SeeOther:
        """Run a recipe of the flow."""
        flow = self._flow(asked)
        recipe = _recipe(self._service.recipes(flow.id), asked.form.get("recipe"))
        try:
            self._service.run_job(RunJob(recipe.id), user=USER)
        except Refusal as refusal:
            raise Refused(refusal.status, str(refusal)) from None
        return SeeOther(_path(flow, recipe))

    def cancel(self, asked: Asked) -> SeeOther:
        """Cancel a job group of the flow; one that ended meanwhile is left as it is."""
        flow = self._flow(asked)
        group = self._group(flow, asked.form.get("job_group"))
        recipe = _recipe(self._service.recipes(flow.id), str(group.recipe_id))
        if group.status in _MOVING:
            try:
                self._service.cancel(group.id)
            except Refusal as refusal:
                if refusal.status != 409:
                    raise Refused(refusal.status, str(refusal)) from None
        return SeeOther(_path(flow, recipe))

    def output(self, asked: Asked) -> Download:
        """A file that a job group wrote."""
        group = self._group(self._flow(asked), asked.path["group_id"])
        for file in self._service.outputs(group.id):
            if file.name == asked.path["name"]:
                return Download(file.path.read_bytes(), f"job-{group.id}-{_plain(file.name)}")
        raise Refused(404, f"Job group {group.id} has no output of this name.")

    def _flow(self, asked: Asked) -> Flow:
        for flow in self._service.flows():
            if str(flow.id) == asked.path["flow_id"]:
                return flow
        raise Refused(404, "There is no such flow.")

    def _group(self, flow: Flow, text: str | None) -> JobGroup:
        ids = [recipe.id for recipe in self._service.recipes(flow.id)]
        try:
            group = self._service.job_group(_number(text))
        except Refusal:
            raise Refused(404, "There is no such job group.") from None
        if group.recipe_id not in ids:
            raise Refused(404, "There is no such job group in this flow.")
        return group

    def _run(self, flow: Flow, group: JobGroup) -> Run:
        word, kind = _STATES[group.status]
        done = group.status == "Complete"
        below = f"/flows/{flow.id}/jobs/{group.id}/"
        outputs = self._service.outputs(group.id) if done else ()
        return Run(
            group,
            word,
            kind,
            group.status in _MOVING,
            None
            if group.started_ns is None or group.ended_ns is None
            else (group.ended_ns - group.started_ns) / 1_000_000_000,
            [(file, below + quote(file.name, safe="")) for file in outputs],
            self._profile(group) if done else {},
        )

    def _profile(self, group: JobGroup) -> Mapping[str, Any]:
        try:
            return self._service.profile(group.id)
        except Refusal:
            return {}  # it was run without one


def _chosen(recipes: Sequence[Recipe], asked: Asked) -> Recipe | None:
    """The recipe that the query names, else the first; None where the flow has none."""
    if "recipe" in asked.query:
        return _recipe(recipes, asked.query["recipe"])
    return next(iter(recipes), None)


def _recipe(recipes: Sequence[Recipe], text: str | None) -> Recipe:
    for recipe in recipes:
        if str(recipe.id) == text:
            return recipe
    raise Refused(404, "There is no such recipe in this flow.")


def _path(flow: Flow, recipe: Recipe | None, tab: str = "recipe") -> str:
    """`/flows/1?recipe=4&tab=recipe`: where a recipe's id is read."""
    return f"/flows/{flow.id}" + ("" if recipe is None else f"?recipe={recipe.id}&tab={tab}")


def _number(text: str | None) -> int:
    if text and text.isascii() and text.isdecimal() and len(text) <= 15:
        return int(text)
    raise Refused(404, "There is no such job group.")


def _plain(name: str) -> str:
    return "".join(
        char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name
    )
