"""Settings: every problem of a file at once, each with its place and its cure."""

import pytest

from hookproof.errors import BadConfiguration
from hookproof_runtime.settings import FileProblems, load
from hookproof_runtime.units import parse_duration, parse_size


def write(tmp_path, text):
    path = tmp_path / "hookproof.toml"
    path.write_text(text)
    return path


def test_a_whole_file_is_read(tmp_path):
    settings = load(
        write(
            tmp_path,
            """
            [sender]
            allowLoopback = true
            deadline = "5 s"
            [receiver]
            listen = "127.0.0.1:9000"
            max_body = "1 MiB"
            [[receiver.endpoint]]
            path = "/hooks/orders"
            secrets = [{ label = "2026-11", env = "ORDERS_SECRET" }]
            tolerance = "10 min"
            identity = "json:/run"
            """,
        )
    )
    assert settings.sender.allowLoopback
    assert 5.0 == settings.sender.deadline
    assert 1024**2 == settings.receiver.max_body
    (endpoint,) = settings.receiver.endpoint
    assert (600.0, "json:/run", "ORDERS_SECRET") == (
        endpoint.tolerance,
        endpoint.identity,
        endpoint.secrets[0].env,
    )


def test_what_the_file_says_goes_under_the_flags_by_their_names(tmp_path):
    settings = load(write(tmp_path, '[sender]\nallowLoopback = true\nretryBase = "1 s"\n'))
    assert {"allow_loopback": True, "retry_base": 1.0} == settings.flags("sender")


def test_every_problem_comes_at_once_with_its_key_and_its_cure(tmp_path):
    path = write(
        tmp_path,
        """
        [sender]
        allowLoopbak = true
        deadline = 30
        [receiver]
        threads = 1
        [[receiver.endpoint]]
        path = "hooks"
        tolerence = "1 s"
        secrets = [{ label = "a" }, { label = "b", env = "X", value = "canary-value" }]
        """,
    )
    with pytest.raises(FileProblems) as caught:
        load(path)
    assert {
        "sender.allowLoopbak",
        "sender.deadline",
        "receiver.threads",
        "receiver.endpoint[0].path",
        "receiver.endpoint[0].tolerence",
        "receiver.endpoint[0].secrets[0]",
        "receiver.endpoint[0].secrets[1]",
    } == {problem.key for problem in caught.value.problems}
    said = str(caught.value)
    assert "did you mean 'allowLoopback'?" in said
    assert "did you mean 'tolerance'?" in said
    assert "a path begins with a slash and is plain, such as /hooks/orders" in said
    assert "a number and a unit" in said
    assert "canary-value" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[sender", "not TOML", id="not TOML"),
        pytest.param("[sendr]\n", "did you mean 'sender'?", id="an unknown table"),
        pytest.param('sender = "x"\n', "sender", id="a value for a table"),
    ],
)
def test_a_broken_file_is_named(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(FileProblems, match=r"hookproof\.toml") as caught:
        load(path)
    assert said in str(caught.value)


def test_a_file_that_begins_with_a_bom_is_read(tmp_path):
    assert load(write(tmp_path, "\ufeff[sender]\nallowLoopback = true\n")).sender.allowLoopback


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(BadConfiguration, match="cannot be read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("300 s", 300.0), ("10 min", 600.0), ("500 ms", 0.5), ("1.5h", 5400.0), ("7 d", 604800.0)],
)
def test_a_duration_has_a_unit(text, seconds):
    assert seconds == parse_duration(text)


@pytest.mark.parametrize("text", ["300", "s", "-1 s", "0 s", "1 month", "", 5, None, "١ s"])
def test_what_has_none_is_no_duration(text):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "size"), [("512 B", 512), ("64KiB", 65536), ("8 MiB", 8 * 1024**2)])
def test_a_size_has_a_unit(text, size):
    assert size == parse_size(text)


@pytest.mark.parametrize("text", ["8", "0 B", "8 MB", "", 8])
def test_what_has_none_is_no_size(text):
    with pytest.raises(ValueError, match="size"):
        parse_size(text)
