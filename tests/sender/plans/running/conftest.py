"""A shop for each test."""

import pytest
from tests.sender.plans.running.shop import Platform, Shop, serving


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def url(shop):
    with serving(shop) as url:
        yield url


@pytest.fixture
def platform(monkeypatch):
    monkeypatch.setenv("PLATFORM_TOKEN", "a-token")
    return Platform()


@pytest.fixture
def platform_url(platform):
    with serving(platform) as url:
        yield url
