"""Webhooks: kept with their flow, called by the ends of its jobs, tested."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from hookproof.clock import Clock, system_clock
from hookproof.errors import BadConfiguration, HookproofError
from hookproof_runtime.database import Connection, Engine
from hookproof_runtime.task_runner import Tested

from ..job_group import JobGroup
from ..operation import not_there
from ..recipes import Recipe
from ..refusal import Refusal
from ..task_running import TaskRunning
from . import store
from .calls import calls_of
from .handing import Handing
from .placeholders import filled
from .shapes import MOST, FlowWebhook, JobOverrides, TestBody
from .webhook import KeptWebhook, Webhook

TESTS_AT_ONCE = 8
"""A test takes as long as its target does; more of them at once are answered 503."""


class WebhookService:
    """What the API does with webhooks, without HTTP, and what the ends of jobs do.

    Args:
        engine: a prepared engine whose schema is up to date: that of the jobs.
        running: has the task runner.
        recipes: what can be run, by id.
        clock: the time.
    """

    def __init__(
        self,
        engine: Engine,
        running: TaskRunning,
        recipes: Mapping[int, Recipe],
        clock: Clock = system_clock,
    ) -> None:
        self._store = store.WebhookStore(engine)
        self._running = running
        self._recipes = recipes
        self._clock = clock
        self._handing = Handing(self._store, running)
        self._tests = threading.BoundedSemaphore(TESTS_AT_ONCE)

    def start(self) -> None:
        """Hand over what other processes left, now and later, and have sent what they handed over."""
        self._handing.wake()

    def close(self) -> None:
        """Stop; what waits goes on at the next start."""
        self._handing.close()

    def add(self, asked: FlowWebhook) -> KeptWebhook:
        """Keep a webhook with its flow.

        Raises:
            Refusal: 400, it cannot be sent, there is no such flow or recipe, or the flow has its share;
                501, there is no task runner.
        """
        recipes = self._recipes_of(asked.flowId)
        if not recipes:
            _refuse(f'"flowId": there is no flow {asked.flowId}')
        webhook = Webhook.of(asked)
        _check_recipes(webhook, recipes, f"the flow {asked.flowId}")
        self._check(webhook.task)
        kept = self._store.add(asked.flowId, webhook, self._clock(), MOST)
        if kept is None:
            _refuse(f"a flow has at most {MOST} webhooks, and {asked.flowId} has them")
        return kept

    def get(self, webhook_id: int) -> KeptWebhook:
        """One of them.

        Raises:
            Refusal: 404, there is none.
        """
        kept = self._store.get(webhook_id)
        if kept is None:
            not_there("webhook")
        return kept

    def remove(self, webhook_id: int) -> None:
        """Remove one; what it called already is still sent.

        Raises:
            Refusal: 404, there is none.
        """
        if not self._store.remove(webhook_id):
            not_there("webhook")

    def test(self, asked: TestBody) -> Tested:
        """Make a request once, to where the task runner may send.

        Raises:
            Refusal: 400, it cannot be sent; 501, there is no task runner; 503, others are under way.
        """
        runner = self._running.asked()
        if not self._tests.acquire(blocking=False):
            raise Refusal(
                503,
                "ServiceUnavailable",
                "Too many tests are under way.",
                f"at most {TESTS_AT_ONCE} at once",
                {"Retry-After": "5"},
            )
        try:
            with _refusing():
                return runner.test(asked.model_dump())
        finally:
            self._tests.release()

    def recorded(self, connection: Connection, group: JobGroup, overrides: JobOverrides) -> None:
        """Keep the webhooks that a job's request brings, in the transaction that records the job.

        Raises:
            Refusal: 400, one cannot be sent; 501, there is no task runner. Then nothing is on record.
        """
        if overrides.webhooks is None:
            return
        recipes = self._recipes_of(self._recipes[group.recipe_id].flow.id)
        found = [Webhook.of(one) for one in overrides.webhooks]
        for number, one in enumerate(found):
            at = f"overrides.webhooks[{number}]."
            _check_recipes(one, recipes, "its flow", at)
            self._check(one.task, at)
        store.keep_for_job(connection, group.id, found)

    def ended(self, connection: Connection, group: JobGroup) -> None:
        """Put the calls of a job's end on record, in its transaction."""
        of_job = store.take_of_job(connection, group.id)
        recipe = self._recipes.get(group.recipe_id)  # None: it was taken away since
        of_flow = store.of_flow(connection, recipe.flow.id) if recipe is not None else []
        store.record_calls(connection, calls_of(group, of_flow, of_job))

    def after_end(self) -> None:
        """That transaction is committed."""
        self._handing.wake()

    def _recipes_of(self, flow_id: int) -> list[int]:
        return [one.id for one in self._recipes.values() if one.flow.id == flow_id]

    def _check(self, task: Mapping[str, Any], at: str = "") -> None:
        runner = self._running.asked()
        with _refusing(at):
            runner.check({**task, "body": filled(task["body"], 1, "Complete")})  # as it will be sent


def _check_recipes(webhook: Webhook, recipes: Sequence[int], of: str, at: str = "") -> None:
    if webhook.trigger.object != "some":
        return
    if not webhook.trigger.recipe_ids:
        _refuse(f'"{at}flowNodeIds" must name one or more, where "triggerObject" is "some"')
    strangers = [one for one in webhook.trigger.recipe_ids if one not in recipes]
    if strangers:
        _refuse(f'"{at}flowNodeIds": {of} has no recipe {strangers[0]}')


@contextmanager
def _refusing(at: str = "") -> Iterator[None]:
    """Answer with what the task runner finds wrong; it names keys, and shows no value."""
    try:
        yield
    except BadConfiguration as wrong:
        lines = [line.removeprefix("the webhook: ") for line in str(wrong).splitlines()]
        _refuse("; ".join(f"{at}{line}" for line in lines))
    except HookproofError as error:
        raise Refusal(503, "ServiceUnavailable", "It cannot be sent now.", str(error)) from error


def _refuse(details: str) -> NoReturn:
    raise Refusal(400, "ValidationFailed", "Input validation failed", details)
