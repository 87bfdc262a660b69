"""`/v4/webhookFlowTasks` and `/v4/webhooks/test`, declared for the routes and the document."""

from __future__ import annotations

from collections.abc import Sequence

from ..operation import Answer, Asked, Operation
from .service import WebhookService
from .shapes import FlowWebhook, Outcome, TestBody, WebhookRecord
from .webhook import record


def webhook_operations(service: WebhookService) -> Sequence[Operation]:
    """Those that `service` does."""

    def create(asked: Asked) -> Answer:
        return Answer(201, record(service.add(asked.body)))

    def get(asked: Asked) -> Answer:
        return Answer(200, record(service.get(asked.number("webhook"))))

    def remove(asked: Asked) -> Answer:
        service.remove(asked.number("webhook"))
        return Answer(204)

    def test(asked: Asked) -> Answer:
        tested = service.test(asked.body)
        return Answer(200, Outcome(statusCode=tested.status_code, error=tested.error))

    return (
        Operation(
            "POST",
            "/webhookFlowTasks",
            "createWebhookFlowTask",
            "Have the jobs of a flow call a webhook when they end.",
            create,
            {201: WebhookRecord},
            body=FlowWebhook,
            refusals=(501,),
        ),
        Operation(
            "GET",
            "/webhookFlowTasks/{id}",
            "getWebhookFlowTask",
            "A webhook; its secret is masked.",
            get,
            {200: WebhookRecord},
        ),
        Operation(
            "DELETE",
            "/webhookFlowTasks/{id}",
            "deleteWebhookFlowTask",
            "Remove a webhook.",
            remove,
            {204: None},
        ),
        Operation(
            "POST",
            "/webhooks/test",
            "testWebhook",
            "Make a request once, and say how it went.",
            test,
            {200: Outcome},
            body=TestBody,
            refusals=(501,),
        ),
    )
