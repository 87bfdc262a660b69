"""What is worth mending in a task, all of it at once and without sending it."""

import json

import pytest

from hookproof_sender import load_task
from hookproof_sender.tasks.lint import LEVELS, lint_file, lint_record

CANARY = "canary-4711"
KEY = "{{$plan.runId}}/tell-the-shop"
JSON_TYPE = {"Content-Type": "application/json"}
SLACK = "https://hooks.slack.com/services/T00000000/B00000000/XXXX"

GOOD = {
    "name": "Tell the shop",
    "method": "post",
    "url": "https://shop.example.com/hooks/orders",
    "headers": JSON_TYPE,
    "body": json.dumps({"order": 4, "run": KEY}),
    "secretKeyEnv": "ORDERS_SECRET",
    "maxRetries": 3,
}


def found(judge_url=None, **keys):
    record = {key: value for key, value in (GOOD | keys).items() if value is not ...}
    return [(one.code, one.key) for one in lint_record(record, judge_url)]


def body(text, **keys):
    return found(body=text, maxRetries=0, **keys)


def test_a_good_task_has_nothing_to_mend():
    assert [] == found()


@pytest.mark.rule("P-TASK-4")
@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_body_that_is_not_sent_is_an_error(method):
    assert [("body_not_sent", "body")] == found(method=method)
    assert [] == found(method=method, body="{}") == found(method=method, body="")
    assert "error" == LEVELS["body_not_sent"]


@pytest.mark.parametrize("text", ["", " \n", None])
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_an_empty_body_wants_an_object(method, text):
    assert [("empty_body", "body")] == body(text, method=method)


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ('{"a": 1,}', "application/json"),
        ('{"a": 1,}', "application/json; charset=utf-8"),
        ('{"a": 1,}', "Application/Vnd.Shop+JSON"),
        ('{"a": 1,}', None),
        ("[1", None),
        ("hello", "application/json"),
        ("{'a': 1}", None),
        ('{"a": NaN}', None),
        ('{"a": "x\ny"}', None),
        ('{"a": {{$plan.name}} 1}', None),
        ("[" * 100_000, None),
    ],
)
def test_a_body_that_is_meant_as_json_and_is_none(text, content_type):
    headers = {"content-type": content_type} if content_type else {}
    assert [("body_not_json", "body")] == body(text, headers=headers)


@pytest.mark.rule("P-TASK-3")
@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("hello", None),
        ("a=1&b=2", "application/x-www-form-urlencoded"),
        ("{not json", "text/plain"),
        ('{"a": "x {{$plan.name}} y", "b": {{ $plan.duration }}}', "application/json"),
        ("{{$http_ab.response.json|dump}}", "application/json"),
        ("{\"a\": {{- $flow_b7['My output'].name -}}}", None),
    ],
)
def test_any_other_body_is_left_alone(text, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    assert [] == body(text, headers=headers)


@pytest.mark.rule("P-TASK-5")
@pytest.mark.parametrize(
    ("value", "good"),
    [
        (KEY, True),
        ("{{ $plan.runId }}: Tell the shop", True),
        ("shop-{{$plan['runId']}}", True),
        ("run-1/tell-the-shop", True),
        ("tell-the-shop:2026-11-24", True),
        ("{{$plan.runId}}", False),
        ("{{$plan.name}}/tell-the-shop", True),
        ("{{$plan.runIds}}", False),
        ("tell-the-shop", False),
        ("a tell-the-shop", False),
        ("do not tell-the-shop", False),
        (4, False),
        (None, False),
    ],
)
def test_a_run_key_names_run_and_task(value, good):
    for document in ({"run": value}, [{"a": {"run": [value]}}]):
        codes = [code for code, _ in found(body=json.dumps(document))]
        assert good == ("no_run_key" not in codes)


def test_a_run_key_outside_a_string_cannot_name_the_task():
    assert [("no_run_key", "body")] == found(body='{"run": {{$plan.runId}}}')


@pytest.mark.rule("P-TASK-5")
@pytest.mark.parametrize(
    ("keys", "key"),
    [
        pytest.param({"body": '{"order": 4}'}, "body", id="none"),
        pytest.param({"body": '{"order": 4}', "maxRetries": ...}, "body", id="retries by default"),
        pytest.param(
            {"body": "{}", "maxRetries": ..., "retryOnFailure": True}, "body", id="the older spelling"
        ),
        pytest.param({"body": "run=1", "headers": {}}, "body", id="no JSON"),
        pytest.param({"secretKeyEnv": ...}, "secretKey", id="not signed"),
    ],
)
def test_a_task_that_is_retried_without_a_signed_run_key_is_warned_about(keys, key):
    assert [("no_run_key", key)] == found(**keys)


@pytest.mark.rule("P-TASK-5")
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"maxRetries": 0}, id="no retries"),
        pytest.param({"maxRetries": ..., "retryOnFailure": False}, id="no retries, older"),
        pytest.param({"method": "get", "body": ""}, id="GET"),
        pytest.param({"headers": {"Idempotency-Key": "{{$plan.runId}}"}}, id="a key as header"),
        pytest.param({"headers": {"X-Execution-Id": "{{$plan.runId}}"}}, id="the run-job API's key"),
        pytest.param({"url": SLACK, "body": '{"text": "Done"}'}, id="Slack"),
    ],
)
def test_a_task_that_needs_no_run_key_is_not(keys):
    assert [] == found(**{"body": "[]"} | keys)


@pytest.mark.parametrize("text", ["{}", '{"text": ""}', '{"text": 1}', "[]", '{"blocks": []}', "ok"])
@pytest.mark.parametrize(
    "keys",
    [
        {"url": SLACK},
        {"url": "http://127.0.0.1:8080/services/T00000000/B00000000/XXXX", "secretKeyEnv": ...},
        {"url": "https://slack.com/api/chat.postMessage"},
        {"type": "slack"},
    ],
    ids=["webhook", "local", "API", "type"],
)
def test_slack_wants_a_text(text, keys):
    assert [("slack_without_text", "body")] == found(body=text, headers={}, **keys)
    assert [] == found(body='{"text": "Run {{$plan.name}} is over"}', headers={}, **keys)


def test_slack_takes_a_form_and_another_host_is_not_slack():
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    assert [] == found(url=SLACK, body="payload=%7B%7D", headers=form)
    assert [] == body("{}", url="https://hooks.notslack.com/x")


def test_a_target_is_judged_by_whoever_says_where_requests_may_go():
    asked = []

    def judge(url):
        asked.append(url)
        return "lies in a private network" if "10.0" in url else None

    assert [] == found(judge)
    assert [("forbidden_target", "url")] == found(judge, url="http://10.0.0.1/", secretKeyEnv=...)[:1]
    assert [GOOD["url"], "http://10.0.0.1/"] == asked


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://shop.example.com/", True),
        ("https://8.8.8.8/", True),
        ("https://[2001:4860:4860::8888]/", True),
        ("https://10.0.0.7/", False),
        ("https://127.0.0.1:8443/", False),
        ("https://[::1]/", False),
        ("https://localhost/", False),
        ("https://shop/", False),
        ("https://shop./", False),
        ("https://2130706433/", False),
        ("https://shop.local/", False),
        ("https://SHOP.Corp.Internal./", False),
        ("https://shop.home.arpa/", False),
        ("https://notlocal.com/", True),
    ],
)
def test_a_host_that_no_public_authority_certifies(url, possible):
    assert ([] if possible else [("tls_impossible", "url")]) == found(url=url)
    assert [("verification_off", "sslVerification")] == found(url=url, sslVerification=False)


@pytest.mark.parametrize("key", ["caFile", "ca", "clientCertificate", "cert", "pfx"])
def test_certificates_of_ones_own_are_what_the_platform_cannot_do(key):
    assert [("refused", key), ("tls_impossible", key)] == found(**{key: "x.pem"})


@pytest.mark.parametrize("key", ["sslVerify", "cache", "retries"])
def test_another_unknown_key_is_just_that(key):
    assert [("refused", key)] == found(**{key: True})


@pytest.mark.parametrize(
    ("keys", "codes"),
    [
        ({}, ["plain_http"]),
        ({"secretKeyEnv": ..., "maxRetries": 0}, []),
        (
            {"secretKeyEnv": ..., "maxRetries": 0, "headers": {"Authorization": "{{$http_ab.name}}"}},
            ["plain_http"],
        ),
    ],
)
def test_a_secret_or_token_over_plain_http(keys, codes):
    assert codes == [code for code, _ in found(url="http://shop.example.com/", **keys)]
    for local in ("127.0.0.1:8080", "localhost", "[::1]"):
        assert [] == found(url=f"http://{local}/", **keys)


def test_a_secret_in_the_file():
    assert [("secret_in_file", "secretKey")] == found(secretKeyEnv=..., secretKey=CANARY)
    assert [] == found(secretKeyEnv=..., secretKeyFile="the.secret")


@pytest.mark.parametrize(
    ("name", "value", "plain"),
    [
        ("Authorization", f"Bearer {CANARY}", True),
        ("x-api-key", CANARY, True),
        ("Cookie", f"a={CANARY}", True),
        ("Authorization", "Bearer {{$http_ab.response.json.token}}", False),
        ("Authorization", "", False),
        ("X-Shop", "blue", False),
    ],
)
def test_a_token_in_the_file(name, value, plain):
    assert ([("token_in_file", f"headers.{name}")] if plain else []) == found(
        headers=JSON_TYPE | {name: value}
    )


def test_the_older_spelling_of_retries_does_not_count_beside_the_newer_one():
    assert [("older_retries", "retryOnFailure")] == found(retryOnFailure=True)
    assert [] == found(retryOnFailure=None) == found(maxRetries=None, retryOnFailure=False)


@pytest.mark.parametrize("name", [..., None, "", " "])
def test_a_name_that_is_missing(name):
    assert [("no_name", "name")] == found(name=name)


def test_the_node_around_a_task_names_it_and_stands_in_the_keys():
    task = {key: value for key, value in GOOD.items() if key != "name"}
    node = {"handle": "zj", "taskType": "http", "name": "Tell the shop", "httpTask": task}
    assert [] == lint_record(node)
    node = {"handle": "zj", "taskType": "http", "httpTask": task | {"body": "", "maxRetries": "3"}}
    assert [
        ("refused", "httpTask.maxRetries"),
        ("no_name", "httpTask.name"),
        ("empty_body", "httpTask.body"),
        ("no_run_key", "httpTask.body"),
    ] == [(one.code, one.key) for one in lint_record(node)]


EVERYTHING = {
    "method": "POST",
    "url": f"http://shop.example.com/?token={CANARY}",
    "headers": {"Host": CANARY, "Authorization": f"Bearer {CANARY}", "X": f"{CANARY}\n"},
    "body": f'{{"a": {CANARY}}}',
    "secretKey": f"'{CANARY}'",
    "sslVerification": False,
    "retryOnFailure": True,
    "maxRetries": 1000,
    "secretkey": CANARY,
    "caFile": CANARY,
}


@pytest.mark.rule("P-TASK-2")
def test_everything_comes_at_once_with_its_key_and_no_value():
    findings = lint_record(EVERYTHING)
    assert {
        ("refused", "method"), ("refused", "headers.Host"), ("refused", "headers.X"),
        ("refused", "secretKey"), ("refused", "maxRetries"), ("refused", "secretkey"),
        ("refused", "caFile"), ("no_name", "name"), ("secret_in_file", "secretKey"),
        ("token_in_file", "headers.Authorization"), ("older_retries", "retryOnFailure"),
        ("tls_impossible", "caFile"), ("verification_off", "sslVerification"), ("plain_http", "url"),
        ("body_not_json", "body"), ("no_run_key", "body"),
    } == {(one.code, one.key) for one in findings}  # fmt: skip
    assert CANARY not in repr(findings)
    assert all(one.sentence and (one.cure or one.code == "refused") for one in findings)


@pytest.mark.parametrize(
    "record",
    [
        [], "post", None, 3, {}, {"httpTask": 3}, {"taskType": "http"}, {"httpTask": {}},
        dict.fromkeys(GOOD, 3), {key: [] for key in GOOD}, {key: {} for key in GOOD},
        {"headers": {"A": 1}, "url": "http://[::g]/", "method": ["post"], "body": "\ud800"},
        {"body": "{{$" * 1000, "headers": {"A": "{{$x"}, "method": "post", "url": "http://h/"},
    ],
)  # fmt: skip
def test_whatever_a_record_holds_is_a_finding_and_never_an_exception(record):
    assert "refused" in {one.code for one in lint_record(record)}


@pytest.mark.rule("P-TASK-3")
@pytest.mark.parametrize(
    ("keys", "key", "sentence"),
    [
        (
            {"body": '{"a": 1,\n "b": "{{$plan.nmae}}"}'},
            "body",
            "line 2, column 8: there is no $plan.nmae; did you mean $plan.name?",
        ),
        (
            {"headers": {"X-Run": "a {{$pln.runId}}"}},
            "headers.X-Run",
            "line 1, column 3: there is no $pln; did you mean $plan?",
        ),
    ],
)
def test_a_reference_to_what_no_plan_has_is_said_with_its_place(keys, key, sentence):
    (finding,) = lint_record(GOOD | {"maxRetries": 0} | keys)
    assert ("unknown_reference", "warning", key) == (finding.code, finding.level, finding.key)
    assert finding.sentence.startswith(sentence)


@pytest.mark.rule("P-TASK-3")
@pytest.mark.parametrize(
    ("body", "names"),
    [
        ('{"a": "{{$plan.name}}"}', ["$plan.name"]),
        ('{"a": "{{$http_ab.name}}",\n "b": "{{$plan.user}}"}', ["$http_ab.name", "$plan.user"]),
        ('{"a": {{$plan.name|dump}}}', []),
        ('{"a": "{{$plan.runId}} {{$plan.startTime}}", "b": {{$plan.duration}}}', []),
    ],
)
def test_values_that_may_break_a_body_are_said_where_none_is_escaped(body, names):
    record = GOOD | {"body": body, "maxRetries": 0}
    assert [] == lint_record(record)
    found = lint_record(record | {"escape": "none"})
    assert ["body_not_json"] * len(names) == [one.code for one in found]
    for finding, name in zip(found, names, strict=True):
        assert f"it may be no JSON once rendered, because of {name}: " in finding.sentence
        assert f"{{{{{name}|dump}}}}" in finding.cure


def test_a_reference_that_does_not_end_is_said():
    (finding,) = lint_record(GOOD | {"body": "of {{$plan.name", "maxRetries": 0, "headers": {}})
    assert "the reference has no end" in finding.sentence


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "cannot be read"),
        (b"\xff", "not UTF-8"),
        (b'{"method": ', "not JSON"),
        (b"method = get", "not TOML"),
        (b'{"a": 1, "a": 2}', "stands twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding(tmp_path, content, word):
    path = tmp_path / "task"
    if content is not None:
        path.write_bytes(content)
    (finding,) = lint_file(path)
    assert ("unreadable", "error") == (finding.code, finding.level)
    assert word in finding.sentence


@pytest.mark.rule("P-TASK-4")
def test_a_file_without_an_error_loads_and_one_with_an_error_does_not(tmp_path):
    path = tmp_path / "task.json"
    for keys in ({}, {"body": ""}, {"method": "get"}, {"headers": {"Host": "a"}}, {"maxRetries": -1}):
        record = GOOD | {"body": '{"run": "run-1/tell-the-shop"}'} | keys
        path.write_text(json.dumps(record))
        errors = [one for one in lint_file(path) if one.level == "error"]
        try:
            load_task(path)
        except ValueError:
            assert errors
        else:
            assert not errors
