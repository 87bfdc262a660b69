"""Reading task files: the platform's own record, its plan node, TOML, and what is wrong with them."""

import json

import pytest

from hookproof import BadConfiguration
from hookproof_runtime.settings import FileProblems
from hookproof_sender import load_task

STORED = """{"type": "basic", "method": "post", "url": "https://example.com/endpoint", "headers": {},
 "body": "", "secretKey": "", "sslVerification": true, "maxRetries": 3,
 "sampleResponseBody": "", "sampleResponseHeaders": {}, "shouldUpdateSampleResponse": true}"""

A = {"method": "get", "url": "http://h/"}


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_the_platforms_own_record_is_read_verbatim(write):
    sent = load_task(write("task.json", STORED)).outgoing()
    assert ("Send HTTP request", "POST", "https://example.com/endpoint", (), b"", True, 3) == (
        sent.name, sent.method, sent.url, sent.headers, sent.body, sent.verify_tls, sent.max_retries,
    )  # fmt: skip


def test_a_plan_node_gives_the_task_its_name(write):
    node = {"id": 7, "handle": "zj", "name": "Tell", "taskType": "http", "httpTask": json.loads(STORED)}
    assert "Tell" == load_task(write("node.json", json.dumps(node))).name
    node["httpTask"]["name"] = "Its own"
    assert "Its own" == load_task(write("node.json", json.dumps(node))).name


def test_toml_has_the_same_keys(write):
    task = load_task(
        write(
            "task.toml",
            """
            name = "Tell the shop"
            method = "put"
            url = "http://127.0.0.1:8080/hooks/orders"
            body = '{"order": 4}'
            secretKey = "not-a-secret"
            sslVerification = false
            maxRetries = 0
            [headers]
            Content-Type = "application/json"
            """,
        )
    )
    sent = task.outgoing()
    assert ("Tell the shop", "PUT", b'{"order": 4}', False, 0) == (
        sent.name, sent.method, sent.body, sent.verify_tls, sent.max_retries,
    )  # fmt: skip
    assert (("Content-Type", "application/json"),) == sent.headers
    assert [b"not-a-secret"] == [place.fetch().reveal() for place in task.secret_places()]


@pytest.mark.parametrize("name", ["task", "task.txt", "task.json"])
def test_json_is_known_by_its_first_sign_whatever_the_files_name(write, name):
    assert "post" == load_task(write(name, b"\xef\xbb\xbf" + STORED.encode())).method


@pytest.mark.parametrize(
    ("keys", "retries"),
    [
        ({}, 3),
        ({"maxRetries": 0}, 0),
        ({"maxRetries": 7}, 7),
        ({"retryOnFailure": True}, 3),
        ({"retryOnFailure": False}, 0),
        ({"retryOnFailure": False, "maxRetries": 2}, 2),
        ({"retryOnFailure": None, "maxRetries": None}, 3),
    ],
)
def test_both_spellings_of_retries_are_read_and_the_newer_one_counts(write, keys, retries):
    """P-RETRY-2 and P-RETRY-3."""
    record = {"method": "get", "url": "http://host/", **keys}
    assert retries == load_task(write("task.json", json.dumps(record))).retries


def test_null_is_as_good_as_absent(write):
    record = {
        **dict.fromkeys(json.loads(STORED)),
        "name": None,
        "method": "post",
        "url": "http://host/",
    }
    assert (b"", (), True) == (
        (sent := load_task(write("task.json", json.dumps(record))).outgoing()).body,
        sent.headers,
        sent.verify_tls,
    )


def test_every_problem_of_a_file_comes_at_once_with_its_key_and_cure(write):
    path = write(
        "task.json",
        json.dumps(
            {
                "type": "soap",
                "method": "POST",
                "url": "host/path",
                "headers": {"Host": "a", "X Y": "b", "A": "c\td", "B": 1},
                "body": "{{$plan.name",
                "secretKey": "'quoted'",
                "sslVerification": "no",
                "maxRetries": -1,
                "secretkey": "x",
            }
        ),
    )
    with pytest.raises(FileProblems) as wrong:
        load_task(path)
    keys = {problem.key for problem in wrong.value.problems}
    assert {
        "type", "method", "url", "headers.Host", "headers.X Y", "headers.A", "headers.B", "body",
        "secretKey", "sslVerification", "maxRetries", "secretkey",
    } == keys  # fmt: skip
    lines = str(wrong.value).splitlines()
    assert all(line.startswith((f"{path}: ", "    ")) for line in lines)
    assert ["    {{$plan.name", "                ^"] == [line for line in lines if line[0] == " "]
    assert "did you mean 'secretKey'?" in str(wrong.value)
    assert "quoted" not in str(wrong.value)


@pytest.mark.parametrize(
    ("content", "key", "word"),
    [
        ({"url": "http://h/"}, "method", "is missing"),
        ({"method": "post"}, "url", "is missing"),
        (A | {"method": "head"}, "method", "'delete'"),
        (A | {"headers": {"A": "1", "a": "2"}}, "headers", "twice"),
        (A | {"maxRetry": 1}, "maxRetry", "'maxRetries'"),
        (A | {"maxRetries": True}, "maxRetries", "integer"),
        (A | {"maxRetries": 101}, "maxRetries", "100"),
        (A | {"secretKey": "a\nb"}, "secretKey", "line break"),
        (A | {"secretKey": "a", "secretKeyEnv": "B"}, "secretKeyEnv", "keep one"),
        (A | {"secretKeyEnv": "B", "secretKeyFile": "c"}, "secretKeyFile", "keep one"),
        ({"taskType": "flow", "httpTask": A}, "taskType", "'http'"),
        ({"taskType": "http", "name": "x"}, "httpTask", "is missing"),
        ({"taskType": "http", "httpTask": A | {"ulr": ""}}, "httpTask.ulr", "'url'"),
        ('{"method": "get", "method": "post", "url": "http://h/"}', "", "'method' stands twice"),
        ('{"method": ', "", "not JSON"),
        ("method = get", "", "not TOML"),
        ("[" * 100_000, "", "not TOML"),
        ('{"a":' * 100_000, "", "not JSON"),
        ("", "method", "is missing"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_what_to_write(write, content, key, word):
    text = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(FileProblems) as wrong:
        load_task(write("task", text))
    assert key in {problem.key for problem in wrong.value.problems}
    assert word in str(wrong.value)


@pytest.mark.parametrize("content", ["[]", '"post"', "3"])
def test_a_file_that_holds_no_record_says_what_one_is(write, content):
    with pytest.raises(FileProblems, match=r"task\.json: a task is one record"):
        load_task(write("task.json", content))


@pytest.mark.parametrize("content", [b"\xff", None])
def test_a_file_that_cannot_be_read_is_named(write, tmp_path, content):
    path = tmp_path / "none.json" if content is None else write("task.json", content)
    with pytest.raises(BadConfiguration, match=r"the task's file .* cannot be read"):
        load_task(path)


def test_a_secret_file_starts_from_the_tasks_folder_and_loses_its_line_end(write):
    write("the.secret", "not-a-secret\n")
    task = load_task(
        write("task.toml", 'method = "get"\nurl = "http://host/"\nsecretKeyFile = "the.secret"')
    )
    (place,) = task.secret_places()
    assert b"not-a-secret" == place.fetch().reveal()


@pytest.mark.parametrize(
    ("key", "value"), [("secretKeyEnv", "HOOKPROOF_TEST_UNSET"), ("secretKeyFile", "none.secret")]
)
def test_a_secret_that_is_not_where_the_task_says_is_named(write, key, value):
    task = load_task(write("task.toml", f'method = "get"\nurl = "http://host/"\n{key} = "{value}"'))
    with pytest.raises(BadConfiguration, match=value):
        task.secret_places()[0].fetch()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("secretKeyFile", "/dev/zero", id="a device without an end"),
        pytest.param("secretKeyFile", "a\0b", id="a NUL in a file's name"),
        pytest.param("secretKeyFile", "a\ud800b", id="half a surrogate pair in a file's name"),
        pytest.param("secretKeyEnv", "a\0b", id="a NUL in a variable's name"),
        pytest.param("secretKeyEnv", "a\ud800b", id="half a surrogate pair in a variable's name"),
    ],
)
def test_a_place_where_no_secret_can_be_is_refused_in_one_family(write, key, value):
    record = {"method": "get", "url": "http://host/", key: value}
    task = load_task(write("task.json", json.dumps(record)))
    with pytest.raises(BadConfiguration):
        task.secret_places()[0].fetch()


def test_a_device_without_an_end_is_no_task():
    with pytest.raises(BadConfiguration, match="more than 67108864 bytes"):
        load_task("/dev/zero")
