"""The frame: an operation is found, read and described as it is declared."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from hookproof_receiver.platform.document import document
from hookproof_receiver.platform.operation import Answer, Asked, Operation, Operations, Shape, Wanted
from hookproof_receiver.platform.reading import read_body, read_query
from hookproof_receiver.platform.refusal import Refusal


class Secretive(Wanted):
    name: Annotated[str, Field(max_length=3)]
    secretKey: Annotated[str, Field(max_length=3)] = ""


class Page(Wanted):
    limit: Annotated[int, Field(ge=1, le=10)] = 5


class Thing(Shape):
    id: int


def _operation(method: Any, path: str, **more: Any) -> Operation:
    return Operation(
        method, path, f"{method} {path}", "It.", lambda _: Answer(200), {200: Thing}, **more
    )


ALL = Operations(
    [
        _operation("GET", "/things/{id}"),
        _operation("POST", "/things/test", body=Secretive),
        _operation("POST", "/things/{id}"),
        _operation("GET", "/things", query=Page),
        _operation("GET", "/things/{id}/parts/{part}"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        pytest.param("GET", "/things", ("GET /things", {}), id="as declared"),
        pytest.param("GET", "/things/", ("GET /things", {}), id="a slash at the end"),
        pytest.param("GET", "/THINGS/4", ("GET /things/{id}", {"id": "4"}), id="another case"),
        pytest.param("HEAD", "/things", ("GET /things", {}), id="HEAD"),
        pytest.param("POST", "/things/test", ("POST /things/test", {}), id="a word before an id"),
        pytest.param("POST", "/things/4", ("POST /things/{id}", {"id": "4"}), id="an id"),
        pytest.param(
            "GET", "/things/4/parts/5", ("GET /things/{id}/parts/{part}", {"id": "4", "part": "5"}),
            id="two ids",
        ),
        pytest.param("DELETE", "/things/4", None, id="another method"),
        pytest.param("GET", "/things//parts/5", None, id="an empty id"),
        pytest.param("GET", "/thing.", None, id="nothing like it"),
    ],
)  # fmt: skip
def test_an_operation_is_found_by_its_method_and_path(
    method: str, path: str, found: tuple[str, dict[str, str]] | None
) -> None:
    operation = ALL.find(method, path)
    assert found == (operation and (operation[0].name, operation[1]))


@pytest.mark.parametrize("written", ["0", "-1", "x", "9007199254740992", "9" * 5000, "١", "1.0", "4\n"])
def test_what_can_be_no_id_is_not_there(written: str) -> None:
    asked = Asked(ids={"id": written}, query=None, body=None, headers={}, user="")
    with pytest.raises(Refusal, match="The thing does not exist") as refused:
        asked.number("thing")
    assert 404 == refused.value.status


def test_a_refusal_names_what_is_wrong_and_holds_nothing_of_what_was_sent() -> None:
    operation = ALL.find("POST", "/things/test")
    assert operation is not None
    with pytest.raises(Refusal) as refused:
        read_body(operation[0], "application/json", b'{"name": "hunter2", "secretKey": "hunter2"}')
    assert "name" in refused.value.details
    assert "secretKey" in refused.value.details
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_a_name_of_the_query_that_is_there_twice_is_refused() -> None:
    operation = ALL.find("GET", "/things")
    assert operation is not None
    assert Page(limit=3) == read_query(operation[0], {"limit": ["3"], "embed": ["jobs", "x"]})
    with pytest.raises(Refusal, match='"limit" is there more than once'):
        read_query(operation[0], {"limit": ["3", "4"]})


def test_the_document_has_what_follows_from_a_declaration() -> None:
    made = document([*ALL.all, _operation("GET", "/open", scope=None, refusals=(429,))])
    paths = made["paths"]

    def statuses(method: str, path: str) -> set[str]:
        return set(paths[path][method]["responses"])

    assert {"get", "post"} == set(paths["/v4/things/{id}"])
    assert {"200", "400", "401", "403", "404", "503"} == statuses("get", "/v4/things/{id}")
    of_the_server = paths["/v4/things/{id}"]["get"]["responses"]["400"]["content"]
    assert {"application/problem+json"} == set(of_the_server)
    assert {"200", "400", "401", "403", "413", "503"} == statuses("post", "/v4/things/test")
    assert {"200", "400", "429", "503"} == statuses("get", "/v4/open")
    assert [] == paths["/v4/open"]["get"]["security"]
    assert ["limit"] == [one["name"] for one in paths["/v4/things"]["get"]["parameters"]]
    assert {"Thing", "ExceptionBody", "ExceptionContent"} <= set(made["components"]["schemas"])
    assert made["components"]["schemas"]["Thing"]["additionalProperties"] is False
