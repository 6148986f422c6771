"""The journey of issue 2, in a real browser with a real worker, PostgreSQL, Redis, mail and PDFs.

Amira applies on a phone in Arabic, is asked for one correction, corrects, is accepted, is decided, gets every notice in
Arabic, and her decision verifies by QR and by typed code; Boris opens none of it; history names everyone.
"""

import os
import re
import subprocess
import sys
from urllib.parse import urlparse

import pypdfium2
import pytest
import zxingcpp
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.models import Case
from tests.approvals.world import ANSWERS, COM, photo_bytes
from tests.browser.post import PostOffice
from tests.people import sign_in_as
from yiwu_portal.accounts.models import User
from yiwu_portal.history.models import Entry
from yiwu_portal.history.service import stream_entries

EMAIL = "amira.haddad@merchant.example"
MRZ = "P<JORHADDAD<<AMIRA<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36JOR8803045F3105010<<<<<<<<<<<<<<<0"
ARABIC = re.compile("[\u0600-\u06ff]")


@pytest.fixture
def post(settings):
    with PostOffice() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        yield office


@pytest.fixture
def files(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }
    settings.CHECKPOINT_DIR = tmp_path / "checkpoints"
    return tmp_path / "files"


@pytest.fixture
def worker(live_server, post, files, tmp_path):
    """A Celery worker of its own process, on the tests' database."""
    values = connection.settings_dict
    port = f":{values['PORT']}" if values["PORT"] else ""
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    host = values["HOST"] or "localhost"
    if host.startswith("/"):
        address = f"postgres://{values['USER']}{password}@/{values['NAME']}?host={host}"
    else:
        address = f"postgres://{values['USER']}{password}@{host}{port}/{values['NAME']}"
    env = os.environ | {
        "DATABASE_URL": address,
        "REDIS_URL": django_settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
        "FILES_ROOT": str(files),
        "PUBLIC_URL": live_server.url,
    }
    with (tmp_path / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "yiwu_portal", "worker", "-c", "1", "-l", "warning"],
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=django_settings.BASE_DIR,
        )
        yield process
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def walk(chromium, live_server, settings):
    """`walk(width, cookies)` opens a browser window of somebody."""
    settings.PUBLIC_URL = live_server.url
    contexts = []

    def window(*, width=1280, user=None, script=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 844},
            is_mobile=width < 600,
            has_touch=width < 600,
            java_script_enabled=script,
            base_url=live_server.url,
        )
        contexts.append(context)
        if user is not None:
            client = sign_in_as(user)
            context.add_cookies(
                [{"name": n, "value": m.value, "url": live_server.url} for n, m in client.cookies.items()]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield window
    for context in contexts:
        context.close()


def fill(page, answers):
    """Answer the fields of one page."""
    for name, value in answers.items():
        field = page.locator(f"[name={name}]")
        if not field.count():
            continue
        if field.first.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value={value}]").check(force=True)
        elif field.first.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def complain(page):
    """Fail with the page's own words where it found a mistake."""
    page.wait_for_load_state()
    assert not page.locator(".error-summary").count(), page.locator(".error-summary").inner_text()


def press(button):
    """Click, and wait for the page it leads to."""
    with button.page.expect_navigation():
        button.click()


def go_on(page):
    press(page.locator("main form button.btn[type=submit]").last)


def apply(page, post):
    """From the guide to the receipt, on a phone in Arabic; returns the reference."""
    page.goto("/ar/services/com-04/")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    press(page.locator("a[href$='/start/']").first)
    go_on(page)
    draft = urlparse(page.url).path
    press(page.locator(".tasks a").first)
    for _step in range(6):
        if "/questions/" not in page.url:
            break
        fill(page, ANSWERS[COM])
        go_on(page)
        complain(page)
    assert urlparse(page.url).path == draft
    sign_up(page, post, draft)
    identify(page, draft)
    page.goto(draft)
    press(page.locator(".tasks a[href*='/papers/']").first)
    for shade in (150, 170, 190):
        page.locator("input[type=file]").set_input_files(
            {"name": f"paper-{shade}.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(shade)}
        )
        go_on(page)
        complain(page)
    press(page.locator(".tasks a[href$='/check/']"))
    press(page.locator("main form button.btn[type=submit]"))
    assert "/receipt/" in page.url
    return re.search(r"/applications/([^/]+)/", page.url).group(1)


def sign_up(page, post, draft):
    press(page.locator("a[href*='/signup/']").first)
    page.locator("[name=email]").fill(EMAIL)
    go_on(page)
    page.locator("[name=code]").fill(post.code(EMAIL))
    press(page.locator("main form button.btn[type=submit]").first)
    page.wait_for_url(f"**{draft}")


def identify(page, draft):
    page.goto(draft + "you/")
    press(page.locator("a[href*='/me/passport/']").first)
    page.locator("[name=mrz]").fill(MRZ)
    go_on(page)
    complain(page)
    assert urlparse(page.url).path == draft + "you/"
    press(page.locator("a[href*='/me/details/']").first)
    fill(
        page,
        {
            "surname": "HADDAD",
            "given_names": "AMIRA",
            "native_name": "أميرة حدّاد",
            "birth_on": "1988-03-04",
            "sex": "F",
            "nationality": "JO",
            "phone": "+8613957900001",
            "address": "稠州北路 1 号",
        },
    )
    go_on(page)
    complain(page)
    assert urlparse(page.url).path == draft + "you/"


def ask_for_correction(page, reference):
    page.goto("/zh-hans/window/")
    press(page.locator("form[action$='/window/next/'] button"))
    assert reference in page.url
    page.locator(".checklist details summary").first.click()
    page.locator(".checklist select[name=reason]").first.select_option(index=1)
    press(page.locator(".checklist details form button").first)
    press(page.locator("a[href$='/correction/']"))
    go_on(page)
    page.wait_for_url(f"**/window/{reference}/")


def accept(page, reference):
    page.goto("/zh-hans/window/")
    press(page.locator("form[action$='/window/next/'] button"))
    buttons = page.locator(".checklist form:has(input[value=ok]) button[data-key=o]")
    for _paper in range(buttons.count()):
        press(buttons.first)
        page.wait_for_load_state()
    press(page.locator("form[action$='/accept/'] button"))
    page.wait_for_url(f"**/window/{reference}/")


def grant(page, reference):
    page.goto("/zh-hans/desk/")
    press(page.get_by_text(reference))
    press(page.locator("a[href$='/grant/']"))
    page.locator("select[name=reason]").select_option(index=1)
    go_on(page)
    page.wait_for_url("**/desk/*/")


def correct(page, reference):
    page.goto(f"/ar/applications/{reference}/")
    press(page.locator("a[href$='/correct/']").first)
    press(page.locator(".tasks a").first)
    page.locator("input[type=file]").set_input_files(
        {"name": "again.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(120)}
    )
    go_on(page)
    complain(page)
    assert page.url.endswith("/correct/"), page.locator("main").inner_text()
    press(page.locator("main form button.btn[type=submit]"))
    page.wait_for_url(f"**/applications/{reference}/")


def decision_of(page, reference):
    """The bytes of the decision's PDF, as the applicant downloads it."""
    page.goto(f"/ar/applications/{reference}/")
    href = page.locator("main a.btn[href*='/letters/']").first.get_attribute("href")
    answer = page.request.get(href)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def verify(page, pdf):
    """By QR, and by the code typed from the paper."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    link = zxingcpp.read_barcodes(picture)[0].text
    page.goto(f"{link}?lang=ar")
    assert page.locator("main .tag-jade").count() or page.locator("main .panel").count()
    typed = urlparse(link).path.strip("/").split("/")[-1]
    page.goto("/verify/?lang=ar")
    page.locator("main input[name=code]").fill(typed.lower())
    press(page.locator("main form button[type=submit]").first)
    assert typed.replace("-", "") in page.url.replace("-", "").upper()
    return link


def test_amira_applies_is_corrected_accepted_and_decided(worker, walk, post, cast):
    assert cast.organisation("COM")
    call_command("evidence_types_load")
    call_command("catalogue_load")
    phone, chen, lin = walk(width=390), walk(user=cast.chen), walk(user=cast.lin)

    reference = apply(phone, post)
    ask_for_correction(chen, reference)
    correct(phone, reference)
    accept(chen, reference)
    grant(lin, reference)

    case = Case.objects.get(reference=reference)
    assert case.state == Case.State.CLOSED
    letters = post.wait_for(EMAIL, 6)  # the sign-up code, then five notices
    subjects = [letter["Subject"] for letter in letters]
    assert all(ARABIC.search(subject) for subject in subjects), subjects
    assert all(ARABIC.search(letter.get_content()) for letter in letters)

    pdf = decision_of(phone, reference)
    verify(phone, pdf)

    boris = walk(user=cast.boris)
    for path in (
        f"/ru/applications/{reference}/",
        f"/ru/applications/{reference}/receipt/",
        f"/ru/window/{reference}/",
    ):
        assert boris.goto(path).status == 404, path
    material = case.materials.first()
    assert boris.goto(f"/ru/applications/{reference}/papers/{material.pk}/").status == 404
    number = case.matters.get().decision.document.number
    assert boris.goto(f"/ru/applications/{reference}/letters/{number}/").status == 404

    who = {entry.by_id for entry in stream_entries(case.stream)}
    assert {User.objects.get(email=EMAIL).pk, cast.chen.pk, cast.lin.pk} <= who
    call_command("history_verify")
    tamper_with(case)


def tamper_with(case):
    """One planted falsification, made as the database's owner: it must be named."""
    entry = Entry.objects.filter(stream=case.stream).order_by("seq")[2]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE history_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE history_entry SET verb = 'nothing' WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE history_entry ENABLE TRIGGER USER")
    with pytest.raises((CommandError, SystemExit)):
        call_command("history_verify")


def test_the_portal_needs_no_script(worker, walk, post, cast):
    """The same way without JavaScript, up to the receipt."""
    assert cast.organisation("COM")
    call_command("evidence_types_load")
    call_command("catalogue_load")
    reference = apply(walk(width=390, script=False), post)
    assert Case.objects.get(reference=reference).state == Case.State.SUBMITTED
