"""Chromium as people have it, and what it says of a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="the browser's driver is installed with the development tools")
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Response as Response
from playwright.sync_api import expect as expect

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium on this machine: apt-get install chromium"
)


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    name: str
    width: int
    scheme: Literal["light", "dark"]
    height: int = 900
    script: bool = True


LIGHT = Look("light", 1280, "light")
DARK = Look("dark", 1280, "dark")
PHONE = Look("phone", 360, "light", 740)
PHONE_DARK = Look("phone-dark", 360, "dark", 740)
NO_SCRIPT = Look("no-script", 1280, "light", script=False)
LOOKS = (LIGHT, DARK, PHONE, PHONE_DARK)


@dataclass
class Visit:
    """A page that is open."""

    page: Page
    problems: list[str] = field(default_factory=list)
    """What the browser complained of: its console, the policy, requests to elsewhere."""

    def shoot(self, path: Path, *, whole: bool = True) -> None:
        """Take a picture of it, as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=whole)

    def overflow(self) -> int:
        """Pixels by which it is wider than the screen."""
        wide: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide

    def unnamed(self) -> list[str]:
        """What can be used and has no name for whoever does not see it."""
        return _strings(self.page.evaluate(_UNNAMED))

    def faint(self) -> list[str]:
        """Texts whose contrast with their ground is below 4.5 (below 3, where they are large)."""
        return _strings(self.page.evaluate(_FAINT))

    def out_of_reach(self) -> list[str]:
        """What can be used, and is not reached by the tabulator, or shows no sign that it was."""
        wanted = set(_strings(self.page.evaluate(_USABLE)))
        self.page.evaluate("document.activeElement && document.activeElement.blur()")
        reached: set[str] = set()
        for _ in range(len(wanted) + 5):
            self.page.keyboard.press("Tab")
            at, shown = self.page.evaluate(_FOCUSED)
            if at is not None and shown:
                reached.add(at)
        return sorted(wanted - reached)


@dataclass
class Desk:
    """A browser to open pages with."""

    browser: Browser

    @contextmanager
    def visit(self, url: str, look: Look = LIGHT, *, cookies: Any = None) -> Iterator[Visit]:
        """Open a page, whole."""
        context = self.browser.new_context(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            device_scale_factor=2 if look.width < 500 else 1,
            java_script_enabled=look.script,
            reduced_motion="reduce",
        )
        if cookies:
            context.add_cookies(cookies)
        page = context.new_page()
        visit = Visit(page)
        own = urlsplit(url).netloc
        page.on(
            "console",
            lambda said: (
                visit.problems.append(f"console: {said.text}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: visit.problems.append(f"error: {error}"))
        page.on(
            "request",
            lambda asked: (
                visit.problems.append(f"asked elsewhere: {asked.url}")
                if urlsplit(asked.url).netloc != own
                else None
            ),
        )
        page.on(
            "response",
            lambda came: (
                visit.problems.append(f"{came.status}: {came.url}")
                if came.status >= 400 and came.request.resource_type != "document"
                else None
            ),
        )
        try:
            page.goto(url, wait_until="load")
            yield visit
        finally:
            context.close()


@contextmanager
def browsing(names: Mapping[str, str] = {}) -> Iterator[Desk]:
    """Start Chromium.

    Args:
        names: where hosts lead, without the network: `{"www.example.com:3005": "127.0.0.1:40001"}`.
    """
    assert CHROMIUM is not None
    arguments = ["--disable-gpu", "--disable-background-networking"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    if names:
        rules = ",".join(f"MAP {name} {address}" for name, address in names.items())
        arguments.append(f"--host-resolver-rules={rules}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield Desk(browser)
        finally:
            browser.close()


def _strings(value: Any) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]


_COMMON = """
const seen = (node) => {
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  return box.width > 1 && box.height > 1 && style.visibility === 'visible' && style.display !== 'none';
};
const called = (node) => node.tagName.toLowerCase() + (node.id ? '#' + node.id : '') + ' ' +
  (node.getAttribute('href') || node.getAttribute('name') || node.textContent.trim()).slice(0, 60);
const usable = () => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]')].filter(seen);
"""
_UNNAMED = f"""() => {{ {_COMMON}
  const named = (node) => node.getAttribute('aria-label') || node.textContent.trim() ||
    (node.labels && [...node.labels].some((label) => label.textContent.trim())) ||
    [...node.querySelectorAll('img')].some((image) => image.alt);
  const found = usable().filter((node) => !named(node)).map(called);
  for (const image of document.images) if (!image.hasAttribute('alt')) found.push('image ' + image.src);
  for (const bar of document.querySelectorAll('progress'))
    if (!bar.labels.length) found.push('progress ' + bar.id);
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  if (!document.documentElement.lang) found.push('no language');
  const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) found.push('twice #' + id);
  return found;
}}"""
_USABLE = f"() => {{ {_COMMON} return usable().map(called); }}"
_FOCUSED = f"""() => {{ {_COMMON}
  const node = document.activeElement;
  if (!node || node === document.body) return [null, false];
  const styles = [getComputedStyle(node), getComputedStyle(node, '::after')];
  return [called(node), styles.some((style) => style.outlineStyle !== 'none' &&
    parseFloat(style.outlineWidth) >= 2)];
}}"""
_FAINT = f"""() => {{ {_COMMON}
  const numbers = (text) => (text.match(/[0-9.]+/g) || []).map(Number);
  const luminance = (rgb) => {{
    const [r, g, b] = rgb.map((value) => {{
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }});
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }};
  const ground = (node) => {{
    for (let at = node; at; at = at.parentElement) {{
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }}
    return [255, 255, 255];
  }};
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {{
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !seen(node) || node.closest('.skip')) continue;
    const style = getComputedStyle(node);
    const [one, other] = [luminance(numbers(style.color).slice(0, 3)), luminance(ground(node))]
      .sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      found.push(`${{ratio.toFixed(2)}} ${{walk.currentNode.textContent.trim().slice(0, 40)}}`);
  }}
  return found;
}}"""
