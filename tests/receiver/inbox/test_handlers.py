"""What may be a handler, and what it is given."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from tests.receiver.inbox.shop import Shop, endpoint

from hookproof import BadConfiguration
from hookproof_receiver.inbox import Message, takes_tx


def plain(message: Any) -> None: ...
def with_tx(message: Any, tx: Any) -> None: ...
def with_optional_tx(message: Any, tx: Any = None) -> None: ...
def with_default(message: Any, retries: int = 3) -> None: ...
def with_anything(*args: Any, **kwargs: Any) -> None: ...
def positional(message: Any, tx: Any, /) -> None: ...
def nothing() -> None: ...
def two_others(message: Any, connection: Any) -> None: ...
def three(message: Any, tx: Any, more: Any) -> None: ...
def keyword(message: Any, *, tx: Any) -> None: ...
async def coroutine(message: Any) -> None: ...
async def stream(message: Any) -> AsyncIterator[int]:
    yield 1


def generator(message: Any) -> Iterator[int]:
    yield 1


class Callables:
    def __call__(self, message: Any, tx: Any) -> None: ...
    def method(self, message: Any) -> None: ...


class AsyncCallable:
    async def __call__(self, message: Any) -> None: ...


@functools.wraps(with_tx)
def wrapped(*args: Any) -> None: ...


@pytest.mark.parametrize(
    ("handler", "takes"),
    [
        pytest.param(plain, False, id="message"),
        pytest.param(with_tx, True, id="message, tx"),
        pytest.param(with_optional_tx, True, id="an optional tx"),
        pytest.param(positional, True, id="positional alone"),
        pytest.param(with_default, False, id="a default"),
        pytest.param(with_anything, False, id="anything"),
        pytest.param(lambda message: None, False, id="lambda"),
        pytest.param(Callables(), True, id="an object"),
        pytest.param(Callables().method, False, id="a method"),
        pytest.param(functools.partial(three, more=1), True, id="partial"),
        pytest.param(wrapped, True, id="decorated"),
    ],
)
def test_a_handler_says_by_its_parameters_whether_it_takes_the_transaction(
    handler: Callable[..., Any], takes: bool
) -> None:
    assert takes is takes_tx(handler)


@pytest.mark.parametrize(
    ("handler", "sentence"),
    [
        pytest.param(coroutine, "coroutine is async def", id="async def"),
        pytest.param(stream, "stream is async def", id="an async generator"),
        pytest.param(AsyncCallable(), "AsyncCallable is async def", id="an async object"),
        pytest.param(functools.partial(coroutine), "is async def", id="partial of async def"),
        pytest.param(generator, "generator is a generator", id="a generator"),
        pytest.param(nothing, "nothing takes no message", id="no parameter"),
        pytest.param(two_others, "two_others wants 'connection'", id="another name than tx"),
        pytest.param(three, "three wants 'more'", id="three parameters"),
        pytest.param(keyword, "keyword wants 'tx'", id="tx by keyword"),
        pytest.param("shop:order", "'shop:order' cannot be called", id="a name"),
    ],
)
def test_what_is_no_handler_is_refused_with_a_sentence(handler: Any, sentence: str) -> None:
    with pytest.raises(BadConfiguration, match=r"a handler is def handler\(message\)") as refused:
        takes_tx(handler)

    assert sentence in str(refused.value)


def test_a_handler_is_given_the_message_as_it_came(shop: Shop) -> None:
    given: list[Message] = []

    def handler(message: Message) -> None:
        given.append(message)
        raise RuntimeError("once more")

    at = endpoint(handler)
    inbox = shop.open(at)
    request = shop.request(method="PUT")
    inbox.accept(at, request)
    inbox.accept(at, shop.request(guid="g", method="PUT"))

    first, second = given
    assert (request.body, "PUT", at.path, 1, ()) == (
        first.body,
        first.method,
        first.endpoint,
        first.attempt,
        first.flags,
    )
    assert request.delivery is first.delivery
    assert {name.lower(): value for name, value in request.headers} == first.headers
    assert (first.id, 2, ("linked",)) == (second.id, second.attempt, second.flags)
    assert "g" == second.headers["x-http-task-guid"]
