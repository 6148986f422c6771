"""The journey of issue 3 in a real browser: one bundle, one set of papers, five decisions of five departments.

Amira applies in Arabic on a phone; a paper is corrected; the licence is granted and four tasks open in that
instant; one lets its clock stand still, one asks an opinion, one needs a second signature; every decision verifies.
"""

import re
from urllib.parse import urlparse

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals.models import Case, Decision, Task
from approvals.queries.bundles import case_form
from tests.approvals.world import CREDIT_CODE, TRADE, World, answers_for, photo_bytes
from tests.browser.test_journey import (  # noqa: F401 - the journeys share their fixtures and steps
    ARABIC,
    accept,
    ask_for_correction,
    complain,
    correct,
    files,
    fill,
    go_on,
    post,
    press,
    walk,
    worker,
)
from yiwu_portal.documents.service import document_verify

pytestmark = pytest.mark.django_db(transaction=True)


def apply(page):
    """From the bundle's guide to the receipt; returns the reference and how many papers were given."""
    page.goto(f"/ar/bundles/{TRADE}/")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    press(page.locator("a[href$='/start/']").first)
    go_on(page)
    draft = urlparse(page.url).path
    answers = answers_for(case_form(Case.objects.get(key=draft.split("/")[3])))
    press(page.locator(".tasks a").first)
    for _step in range(12):
        if "/questions/" not in page.url:
            break
        fill(page, {name: str(value) for name, value in answers.items()})
        go_on(page)
        complain(page)
    assert urlparse(page.url).path == draft
    press(page.locator(".tasks a[href*='/papers/']").first)
    papers = 0
    while "/papers/" in page.url:
        papers += 1
        page.locator("input[type=file]").set_input_files(
            {"name": f"paper-{papers}.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(100 + 12 * papers)}
        )
        go_on(page)
        complain(page)
    press(page.locator(".tasks a[href$='/check/']"))
    press(page.locator("main form button.btn[type=submit]"))
    assert "/receipt/" in page.url
    return re.search(r"/applications/([^/]+)/", page.url).group(1), papers


def task_of(page, reference, code):
    """Open the department's task of the case from its work list."""
    page.goto("/zh-hans/desk/")
    press(page.get_by_role("link", name=reference))
    task = Task.objects.get(pk=int(urlparse(page.url).path.split("/")[3]))
    assert task.organisation.code == code
    return task


def verdict(page, verb, **fields):
    """Take the verdict's page, fill it, and press its button."""
    press(page.locator(f"main a[href*='/{verb}/']").first)
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("select[name=reason]").select_option(index=1)
    go_on(page)
    complain(page)


def test_a_company_is_founded_by_five_departments(worker, walk, post, cast):  # noqa: F811
    assert cast.organisation("COM")
    call_command("evidence_types_load")
    call_command("catalogue_load")
    world = World(cast)
    world.person(cast.amira)
    phone, chen = walk(width=390, user=cast.amira), walk(user=cast.chen)

    reference, papers = apply(phone)
    case = Case.objects.get(reference=reference)
    assert (
        papers
        == case.materials.filter(is_current=True).count()
        < sum(matter.edition.materials.count() for matter in case.matters.all())
    )
    ask_for_correction(chen, reference)
    correct(phone, reference)
    accept(chen, reference)

    found(walk(user=cast.ding), reference)
    assert Task.objects.filter(case_matter__case=case, state="open").count() == 4
    case = Case.objects.get(pk=case.pk)
    assert case.answers["credit_code"] == CREDIT_CODE

    fex, customs, tax, commerce = (walk(user=user) for user in (cast.jin, cast.fang, cast.tan, cast.lin))
    opinion(fex, customs, reference)
    stand_still(tax, reference)
    task_of(commerce, reference, "COM")
    verdict(commerce, "grant")
    phone.goto(f"/ar/applications/{reference}/")
    assert phone.locator(".route li").count() == 5
    task_of(fex, reference, "FEX")
    verdict(fex, "propose")
    task_of(customs, reference, "CUS")
    verdict(customs, "grant")
    qiu = walk(user=cast.qiu)
    task_of(qiu, reference, "FEX")
    press(qiu.locator("form[action$='/sign/'] button"))
    task_of(tax, reference, "TAX")
    press(tax.locator("form[action$='/resume/'] button"))
    verdict(tax, "grant")

    case = Case.objects.get(pk=case.pk)
    assert case.state == Case.State.CLOSED
    decisions = Decision.objects.filter(case_matter__case=case).select_related("document")
    assert decisions.count() == 5
    assert all(document_verify(one.document.code).document for one in decisions)
    letters = post.wait_for(cast.amira.email, 10)
    assert all(ARABIC.search(letter["Subject"]) for letter in letters)
    phone.goto(f"/ar/applications/{reference}/")
    assert phone.locator(".clock").count()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    call_command("history_verify")


def found(page, reference):
    """Market supervision grants the licence with the company's new credit code; a wrong one is told at its field."""
    task_of(page, reference, "MSA")
    press(page.locator("main a[href$='/grant/']").first)
    page.locator("[name=result_credit_code]").fill("123")
    page.locator("select[name=reason]").select_option(index=1)
    go_on(page)
    assert page.locator(".error-summary").count()
    page.locator("[name=result_credit_code]").fill(CREDIT_CODE)
    go_on(page)
    complain(page)


def opinion(asking, asked, reference):
    """Foreign exchange asks customs; customs answers; neither clock stands still."""
    task = task_of(asking, reference, "FEX")
    press(asking.locator("main a[href$='/opinions/']").first)
    asking.get_by_label("义乌海关").check(force=True)
    asking.locator("[name=question]").fill("该企业是否已办理进出口备案？")
    go_on(asking)
    complain(asking)
    asked.goto("/zh-hans/desk/")
    press(asked.locator("main a[href*='/desk/opinions/']").first)
    asked.locator("[name=answer]").fill("正在办理。")
    go_on(asked)
    complain(asked)
    assert task.opinions.get().answered_at


def stand_still(page, reference):
    """The tax bureau waits for an inspection; the promise moves by the days it takes."""
    task = task_of(page, reference, "TAX")
    before = task.case_matter.promised_due_on
    press(page.locator("main a[href$='/suspend/']").first)
    page.locator("[name=ground]").select_option("inspection")
    page.locator("[name=expected_on]").fill((timezone.localdate() + timezone.timedelta(days=9)).isoformat())
    go_on(page)
    complain(page)
    task = Task.objects.get(pk=task.pk)
    assert task.state == Task.State.SUSPENDED
    assert task.case_matter.promised_due_on > before
