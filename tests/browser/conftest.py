"""A real Chromium against the live server; `look` loads a page and says what is wrong with it.

A later page needs one line in `PAGES` of test_pages.py; a journey takes the `browser_page` fixture.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.approvals.conftest import world  # noqa: F401 - a fixture of this room too

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop is not ours

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js")


def pytest_collection_modifyitems(items):
    """Mark everything in this room, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("The browser tests need Chromium. Install it: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A loaded page and what was noticed on the way."""

    page: Page
    status: int = 0
    noticed: list[str] = field(default_factory=list)
    kilobytes: float = 0

    def looked_at(self, width: int, scheme: str = "light") -> "Visit":
        """The same page on another screen."""
        self.page.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
        self.page.emulate_media(color_scheme=scheme)
        return self

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def violations(self) -> list[str]:
        """What axe finds, one line each."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("rules => axe.run(document, {resultTypes: ['violations'], runOnly: rules})", RULES)
        return [f"{v['id']} x{len(v['nodes'])}: {v['nodes'][0]['target']}" for v in found["violations"]]


@pytest.fixture
def open_page(chromium: Browser, live_server):
    """`open_page(path, width=1280, dark=False, cookies=…, script=True)` gives a `Visit`."""
    contexts = []

    def visit(path, *, width=1280, dark=False, script=True, touch=False, locale="en", cookies=()):
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 844},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            has_touch=touch,
            locale=locale,
            bypass_csp=script,  # axe comes as text; the rules themselves are tested elsewhere
        )
        contexts.append(context)
        context.add_cookies([{**cookie, "url": live_server.url} for cookie in cookies])
        seen = Visit(context.new_page())
        watch(seen, urlparse(live_server.url).netloc)
        answer = seen.page.goto(live_server.url + path, wait_until="load")
        seen.status = answer.status
        return seen

    yield visit
    for context in contexts:
        context.close()


def watch(seen: Visit, host: str) -> None:
    """Note script errors, failed requests and requests that leave the site; weigh what is not a font."""

    def answered(response):
        if urlparse(response.url).netloc != host and not response.url.startswith(("data:", "blob:")):
            seen.noticed.append(f"leaves the site: {response.url}")
        if response.status >= 400 and response.request.resource_type != "document":
            seen.noticed.append(f"{response.status}: {response.url}")

    def finished(request):
        if request.resource_type != "font":
            seen.kilobytes += request.sizes()["responseBodySize"] / 1024

    seen.page.on("pageerror", lambda error: seen.noticed.append(f"script: {error}"))
    seen.page.on("response", answered)
    seen.page.on("requestfinished", finished)


@pytest.fixture
def signed_in(client):
    """`signed_in(user)` gives the cookies of a browser in which this user is signed in."""

    def cookies(user):
        client.force_login(user)
        return [{"name": name, "value": morsel.value} for name, morsel in client.cookies.items()]

    return cookies
