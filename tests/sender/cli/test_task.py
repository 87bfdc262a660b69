"""`hookproof task lint` and `hookproof task schema`."""

import json

import pytest
from click.testing import CliRunner

from hookproof_runtime.command_line.main import main
from hookproof_runtime.command_line.root import root
from hookproof_sender.tasks.schema import task_schema

GOOD = {
    "name": "Tell the shop",
    "method": "post",
    "url": "https://shop.example.com/hooks/orders",
    "headers": {"Content-Type": "application/json"},
    "body": '{"order": 4, "run": "{{$plan.runId}}/tell-the-shop"}',
    "secretKeyEnv": "ORDERS_SECRET",
    "maxRetries": 3,
}


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(file, **keys):
        (tmp_path / file).write_text(json.dumps(GOOD | keys))
        return file

    return write


def lint(*words):
    done = CliRunner().invoke(root, ["task", "lint", *words], standalone_mode=False)
    assert done.exception is None
    return done


def test_a_task_that_is_good_is_said_to_be(write):
    done = lint(write("good.json"))
    assert (0, "good.json: nothing to mend\n") == (done.return_value, done.stdout)
    assert "0 errors, 0 warnings\n" == done.stderr


def test_a_reference_that_is_none_is_shown_up_to_its_place(write):
    done = lint(write("bad.json", body='{"a": "canary", "b":\n "{{ $plan.na-me }}"}'))
    assert [
        "bad.json: body: error: line 2, column 14: a reference calculates nothing; a name that holds "
        "this stands in brackets: ['a-b'] [refused]",
        "    {{ $plan.na-",
        "               ^",
    ] == [line for line in done.stdout.splitlines() if "no_run_key" not in line]


@pytest.mark.rule("P-TASK-2", "P-TASK-4")
def test_all_of_all_files_comes_at_once_and_an_error_is_a_no(write):
    files = write("none.json", body=""), write("bad.json", maxRetries=-1), write("good.json")
    done = lint(*files, "missing.json")
    assert [
        "none.json: body: warning: an empty body is sent empty; the platform wants {} in a POST that "
        "needs none; write {} [empty_body]",
        "none.json: body: warning: the task is retried, and no field of its body names run and task: a "
        "receiver cannot tell a retry from a new message; put both into one field, such as "
        '"run": "{{$plan.runId}}/tell-the-shop" [no_run_key]',
        "bad.json: maxRetries: error: input should be greater than or equal to 0 [refused]",
        "good.json: nothing to mend",
        "missing.json: error: the task's file missing.json cannot be read: No such file or directory "
        "[unreadable]",
    ] == done.stdout.splitlines()
    assert (1, "2 errors, 2 warnings\n") == (done.return_value, done.stderr)


@pytest.mark.parametrize(("words", "level", "code"), [([], "warning", 0), (["--strict"], "error", 1)])
def test_strict_turns_warnings_into_errors(write, words, level, code):
    done = lint(write("task.json", name=""), *words)
    assert code == done.return_value
    assert f"task.json: name: {level}: " in done.stdout


def test_json_is_one_document_for_all_files(write):
    done = lint(write("task.json", name=""), write("good.json"), "--json")
    (first, second) = (document := json.loads(done.stdout))["files"]
    assert (1, 0, 1) == (document["schema"], document["errors"], document["warnings"])
    assert {"file": "good.json", "findings": []} == second
    (finding,) = first["findings"]
    assert ("no_name", "warning", "name") == (finding["code"], finding["level"], finding["key"])
    assert {"code", "level", "key", "sentence", "cure"} == finding.keys()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://127.0.0.1:8080/", "allowLoopback = true"),
        ("http://[::1]/", "allowLoopback = true"),
        ("http://127.1/", "127.0.0.1 lies in"),
        ("http://0x7f000001/", "127.0.0.1 lies in"),
        ("http://2130706433/", "127.0.0.1 lies in"),
        ("http://10.0.0.7/", "10.0.0.7 lies in"),
        ("http://169.254.169.254/", "no setting opens that"),
    ],
)
def test_an_address_that_may_not_be_sent_to_is_said_in_any_spelling(write, url, word):
    done = lint(write("task.json", url=url, secretKeyEnv="", maxRetries=0))
    assert "url: warning: " in done.stdout
    assert "[forbidden_target]" in done.stdout
    assert word in done.stdout


def test_a_name_is_not_resolved(write):
    done = lint(write("task.json", url="http://no-such-name.invalid/", secretKeyEnv="", maxRetries=0))
    assert "task.json: nothing to mend\n" == done.stdout


def test_the_settings_say_where_requests_may_go(write, tmp_path):
    task = write("task.json", url="http://127.0.0.1:8080/")
    (tmp_path / "hookproof.toml").write_text("[sender]\nallowLoopback = true\n")
    assert "task.json: nothing to mend\n" == lint(task).stdout
    refused = lint(task, "--unmatched", "refuse").stdout
    assert "no regex of allowedUrlRegexes matches the URL" in refused


def test_what_a_file_holds_cannot_act_on_the_terminal(write):
    done = lint(write("task.json", **{"\x1b[31m\n": 1}))
    assert r"\x1b[31m\n" in done.stdout
    assert 1 == len(done.stdout.splitlines())


@pytest.mark.parametrize("words", [["lint"], ["lint", "--strict"], ["lint", "a", "--nothing"]])
def test_a_wrong_command_ends_with_a_line_that_works(capsys, words):
    with pytest.raises(SystemExit) as left:
        main(["task", *words])
    assert 2 == left.value.code
    assert "for example: hookproof task lint tell-the-shop.toml" in capsys.readouterr().err


def test_the_schema_is_printed_as_it_is_made():
    done = CliRunner().invoke(root, ["task", "schema"], standalone_mode=False)
    assert task_schema() == json.loads(done.stdout)
