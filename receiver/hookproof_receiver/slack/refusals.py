"""Why Slack does not take a message, in its own words.

The words of incoming webhooks are those of Slack's "Improving error conditions for Incoming Webhooks"
(api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks) and of "Handling errors"
in docs.slack.dev, "Sending messages using incoming webhooks". The statuses of `no_text`, `no_team`,
`no_service`, `invalid_token`, `invalid_blocks`, `too_many_attachments` and `rate_limited` are not said
there: 403 for `invalid_token` and 404 for `no_service` are what clients report, the others assumed.
"""

from __future__ import annotations

from typing import Final, Literal

from hookproof.errors import HookproofError

Word = Literal[
    "invalid_payload",
    "invalid_blocks",
    "too_many_attachments",
    "no_text",
    "user_not_found",
    "action_prohibited",
    "invalid_token",
    "channel_not_found",
    "no_service",
    "no_team",
    "channel_is_archived",
    "rate_limited",
    "rollup_error",
]
"""What an incoming webhook answers where it does not answer `ok`."""

STATUS: Final[dict[Word, int]] = {
    "invalid_payload": 400,
    "invalid_blocks": 400,
    "too_many_attachments": 400,
    "no_text": 400,
    "user_not_found": 400,
    "action_prohibited": 403,
    "invalid_token": 403,
    "channel_not_found": 404,
    "no_service": 404,
    "no_team": 404,
    "channel_is_archived": 410,
    "rate_limited": 429,
    "rollup_error": 500,
}
"""The status of each."""


class Refused(HookproofError):
    """An incoming webhook would answer with this word.

    Args:
        word: the reason.
        wait_s: whole seconds to wait; None where waiting does not help.
    """

    def __init__(self, word: Word, wait_s: int | None = None) -> None:
        super().__init__(word)
        self.word: Word = word
        self.wait_s = wait_s

    @property
    def status(self) -> int:
        """What HTTP answers."""
        return STATUS[self.word]


class ApiRefused(HookproofError):
    """`chat.postMessage` would answer `{"ok": false, "error": …}` with this error.

    Args:
        error: the reason, from "Errors" in docs.slack.dev, "chat.postMessage".
        wait_s: whole seconds to wait; None where waiting does not help.
    """

    def __init__(self, error: str, wait_s: int | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.wait_s = wait_s

    @classmethod
    def of(cls, refused: Refused) -> ApiRefused:
        """The same reason in the words of the API."""
        return cls(_API.get(refused.word, refused.word), refused.wait_s)


_API: Final[dict[Word, str]] = {
    "invalid_payload": "invalid_arguments",
    "action_prohibited": "restricted_action",
    "channel_is_archived": "is_archived",
    "rate_limited": "ratelimited",
    "rollup_error": "internal_error",
}
