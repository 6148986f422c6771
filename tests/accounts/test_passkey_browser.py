"""A passkey made and used in a real Chromium, with an authenticator that only the browser believes in."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator

from tests.people import sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def browser(monkeypatch):
    from playwright.sync_api import sync_playwright

    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "No Chromium: install Debian's package `chromium`, or run script/setup as root."
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def open_page(browser, live_server, user, *, strong):
    context = browser.new_context()
    key = sign_in_as(user, strong=strong).cookies["session"].value
    context.add_cookies([{"name": "session", "value": key, "url": live_server.url}])
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    name = tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    return page, complaints, lambda able: tools.send("WebAuthn.setUserVerified", {"authenticatorId": name, **able})


def test_a_clerk_enrols_a_passkey_and_signs_in_with_nothing_else(browser, live_server, cast, settings):
    settings.LOGIN_REDIRECT_URL = "account_me"
    page, complaints, verified = open_page(browser, live_server, cast.chen, strong=False)
    page.goto(f"{live_server.url}/zh-hans/account/me/")
    assert page.url.endswith("/zh-hans/account/2fa/")
    page.goto(f"{live_server.url}/zh-hans/account/2fa/webauthn/add/")
    page.click("form[data-passkey=create] button[type=submit]")
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user=cast.chen, type="webauthn").count() == 1
    page.goto(f"{live_server.url}/zh-hans/account/me/")
    assert page.url.endswith("/account/me/")

    page.goto(f"{live_server.url}/zh-hans/account/logout/")
    page.click("main form button")
    page.wait_for_load_state()
    page.goto(f"{live_server.url}/zh-hans/account/login/?next=/zh-hans/account/email/")
    verified({"isUserVerified": False})  # the finger is not hers: the browser refuses, the page says so
    page.click("form[data-passkey=login] button")
    page.wait_for_selector("[data-passkey-error]:not([hidden])")
    verified({"isUserVerified": True})
    page.click("form[data-passkey=login] button")
    page.wait_for_url(lambda url: urlsplit(url).path == "/zh-hans/account/email/")
    assert complaints == []
