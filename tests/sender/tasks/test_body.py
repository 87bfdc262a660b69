"""Which body a task sends: P-BODY-1 to P-BODY-5."""

import pytest

from hookproof_runtime.settings import FileProblems
from hookproof_sender.tasks import HttpTask, task_from


def task(method, body):
    return task_from({"method": method, "url": "http://host/", "body": body}, source="task.json")


@pytest.mark.parametrize("method", ["get", "delete"])
@pytest.mark.parametrize("body", ["", "{}", " {} \n", None])
def test_get_and_delete_drop_nothing_or_a_lone_object_without_a_word(method, body):
    one = task(method, body)
    assert b"" == one.outgoing().body
    assert one.note is None


@pytest.mark.parametrize("method", ["get", "delete"])
@pytest.mark.parametrize("body", ["x", '{"a": 1}', "[]", "{} {}", "null"])
def test_get_and_delete_refuse_any_other_body(method, body):
    with pytest.raises(FileProblems) as refused:
        task(method, body)
    assert f"task.json: body: {method.upper()} sends no body" in str(refused.value)


@pytest.mark.parametrize("method", ["post", "put", "patch"])
@pytest.mark.parametrize(
    "body", ["{}", ' {"a":  1}\r\n', "\ufeff{}", "not json", "é\u2028🎉", "\0", "a=1&b=2", "}}"]
)
def test_post_put_and_patch_send_exactly_what_is_held(method, body):
    one = task(method, body)
    assert body.encode("utf-8") == one.outgoing().body
    assert one.note is None


@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_an_empty_body_is_sent_empty_with_a_note_that_the_platform_wants_an_object(method):
    one = task(method, "")
    assert b"" == one.outgoing().body
    assert one.note is not None
    assert "the platform wants {}" in one.note


def test_half_a_surrogate_pair_is_refused_because_it_has_no_utf8_form():
    with pytest.raises(FileProblems, match="half a surrogate pair"):
        task("post", "\ud800")


def test_neither_secret_nor_body_nor_header_nor_url_stands_in_a_repr():
    canary = "canary-4711"
    one = HttpTask(
        method="post",
        url=f"http://host/{canary}",
        headers={"Authorization": canary},
        body=canary,
        secretKey=canary,
        sampleResponseBody=canary,
    )
    assert canary not in repr(one) + str(one) + repr(one.outgoing()) + str(one.outgoing())
