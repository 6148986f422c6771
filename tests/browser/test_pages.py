"""Every page in a real browser: accessible (axe), nothing beside the edge, nothing from elsewhere, both directions.

A new page is one line in `PAGES`: its path after the language, and the status it answers with.
"""

import pytest
from django.contrib.auth import get_user_model

PAGES = [
    ("/", 200),
    ("/styleguide/", 200),
    ("/accessibility/", 200),
    ("/privacy/", 200),
    ("/nothing-here/", 404),
]
LANGUAGES = ["en", "zh-hans", "ar"]
LOOKS = [(1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")]
WIDTHS = [1280, 640, 390, 320]  # 640: 1280 at 200 % zoom

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("path", "status"), PAGES)
def test_a_page_is_accessible_wide_and_narrow_light_and_dark(open_page, path, status, code):
    seen = open_page(f"/{code}{path}")
    assert (seen.status, seen.noticed) == (status, [])
    found = {look: wrong for look in LOOKS if (wrong := seen.looked_at(*look).violations())}
    assert not found


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("path", "status"), PAGES)
def test_a_page_fits_every_screen_down_to_320_pixels(open_page, path, status, code):
    seen = open_page(f"/{code}{path}")
    too_wide = {width: seen.overflow() for width in WIDTHS if seen.looked_at(width).overflow() > 0}
    assert not too_wide


def test_axe_would_see_a_picture_without_words(open_page):
    """The control: the rules are really run."""
    seen = open_page("/en/")
    seen.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any("image-alt" in line for line in seen.violations())


def test_a_first_visit_weighs_less_than_150_kilobytes_beside_its_fonts(open_page):
    assert open_page("/en/").kilobytes < 150


def test_a_chinese_page_fetches_no_arabic_and_no_cyrillic_font(open_page):
    seen = open_page("/zh-hans/")
    fonts = seen.page.evaluate("performance.getEntriesByType('resource').map(e => e.name).filter(n => /woff2/.test(n))")
    assert not [name for name in fonts if "arabic" in name or "cyrillic" in name]


def test_the_menu_opens_on_a_phone_without_script(open_page, monkeypatch):
    from yiwu_portal.programmes.service import MenuItem

    item = MenuItem("privacy", "Guides", public=True)
    monkeypatch.setattr("yiwu_portal.programmes.registry._shared_menu", {"privacy": item})
    page = open_page("/en/accessibility/", width=390, script=False).page
    link = page.locator("#nav a").first
    assert not link.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert link.is_visible()


def test_the_first_tab_leads_past_the_header(open_page):
    page = open_page("/en/privacy/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_target_is_large_enough_for_a_thumb(open_page):
    page = open_page("/en/styleguide/", width=390).page
    small = page.evaluate(
        """[...document.querySelectorAll(`.btn:not(.btn-small), .nav a, .langs a, .footer li a, .pages a, summary,
        input:not([type=checkbox], [type=radio], [type=hidden]), select`)]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_amiras_own_start_page_is_accessible(open_page, signed_in):
    amira = get_user_model().objects.create_user("amira@example.test", "a-long-password", name="أميرة حدّاد")
    cookies = signed_in(amira)
    for code in LANGUAGES:
        seen = open_page(f"/{code}/account/", width=390, cookies=cookies)
        assert (seen.status, seen.noticed, seen.violations(), seen.overflow()) == (200, [], [], 0)
