"""Components draw what they are given, safely, in both directions; the stylesheets know no left or right."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override
from django_htmx.middleware import HtmxDetails

from yiwu_portal.programmes.service import Badge, MenuItem, Programme
from yiwu_portal.web import marks
from yiwu_portal.web.menu import counted, doors, menu, staff_doors
from yiwu_portal.web.service import go, page
from yiwu_portal.web.templatetags.web import day, moment, number

STYLES = sorted(Path(settings.BASE_DIR, "yiwu_portal/web/static/web").glob("*.css"))
COMPONENTS = sorted(Path(settings.BASE_DIR, "templates/web/components").glob("*.html"))
PHYSICAL = re.compile(
    r"(?<![\w-])((margin|padding|border)-(left|right|top|bottom)[\w-]*|left|right|top|bottom|float)\s*:"
    r"|text-align:\s*(left|right)"
    r"|(?<![\w-])(min-|max-)?(width|height)\s*:(?![^{]*\)\s*{)"
)


def drawn(source, **context):
    return Template(source).render(Context(context))


def rules_of(css):
    """The declarations, without comments and conditions."""
    return re.sub(r"/\*.*?\*/|@(media|container)[^{]*", "", css, flags=re.S)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_a_stylesheet_knows_no_left_or_right(style):
    assert not [found.group() for found in PHYSICAL.finditer(rules_of(style.read_text()))]


def test_the_guard_against_left_and_right_would_see_them():
    for bad in ("a { margin-left: 1px }", "a { left: 0 }", "a{text-align: right}", "a { max-width: 3rem }"):
        assert PHYSICAL.search(bad)
    assert not PHYSICAL.search("a { margin-inline-start: 1px; inset-inline-start: 0; border-block-end-width: 2px }")


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_everything_a_stylesheet_names_exists(style):
    for name in re.findall(r'url\("([^"]+)"\)', style.read_text()):
        assert finders.find((Path("web") / name).as_posix().replace("web/../", "")), name


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["en", "ar"])
def test_the_styleguide_shows_every_component(client, code):
    content = client.get(f"/{code}/styleguide/").content.decode()
    source = Path(settings.BASE_DIR, "templates/web/styleguide.html").read_text()
    for component in COMPONENTS:
        assert f"{{% {component.stem} " in source or f"{{% {component.stem} %}}" in source, component.name
    other = "ltr" if code == "ar" else "rtl"
    assert f'dir="{other}" id="other-direction"' in content
    assert not re.search(r"\{[%{]|[%}]\}", content)
    ids = re.findall(r'\sid="([^"]+)"', content)
    assert len(ids) == len(set(ids))


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As in your <b>passport</b>")
    note = forms.CharField(label="Note", required=False)
    way = forms.ChoiceField(label="Way", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_a_field_ties_hint_and_error_to_its_input():
    html = str(SampleForm({"note": "x"}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<span class="visually-hidden">Error:</span>' in html
    assert "<legend" in html


def test_the_error_summary_leads_to_the_first_input_and_names_the_field():
    html = drawn("{% error_summary form %}", form=SampleForm({}))
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert 'href="#id_way_0"' in html
    assert "autofocus" in html
    assert drawn("{% error_summary form %}", form=SampleForm({"name": "x", "way": "a"})).strip() == ""


def test_what_people_typed_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    items = [{"text": evil, "key": evil, "value": evil, "title": evil, "label": evil, "status": evil, "hint": evil}]
    for tag in ("task_list", "summary_list", "timeline", "doors", "figures"):
        assert "<script>" not in drawn(f"{{% {tag} items %}}", items=items)
    block = "{% banner 'jade' evil %}{{ evil }}{% endbanner %}{% panel evil %}{{ evil }}{% endpanel %}"
    assert "<script>" not in drawn(block + "{% status_tag evil evil %}{% zh evil %}{% bdi evil %}", evil=evil)


def test_a_status_is_a_word_with_a_sign_never_a_colour_alone():
    html = drawn('{% status_tag "1 day late" "seal" %}')
    assert "1 day late" in html
    assert "<svg" in html


@pytest.mark.parametrize(
    ("used", "promised", "statutory", "bar"),
    [
        (4, 10, 20, ("20.0", "50.0", "harbour")),
        (12, 10, 20, ("60.0", "50.0", "amber")),
        (6, 5, 5, ("100.0", "83.3", "seal")),
        (0, 0, None, ("0.0", "0.0", "harbour")),
        (3, None, None, ("100.0", None, "harbour")),
        (10, 10, 10, ("100.0", None, "harbour")),
    ],
)
def test_the_clock_puts_the_three_times_on_one_line(used, promised, statutory, bar):
    drawn_bar = marks.clock_bar(used=used, promised=promised, statutory=statutory)
    assert (drawn_bar.used, drawn_bar.promised, drawn_bar.tone) == bar


def test_the_clocks_numbers_stay_numbers_in_a_language_with_decimal_commas():
    with override("ru"):
        assert 'width="33.3"' in drawn("{% clock used=1 promised=3 statutory=3 %}")


def test_a_date_is_written_as_each_language_writes_it():
    at = datetime(2026, 10, 21, 17, 30, tzinfo=ZoneInfo("UTC"))  # already the 22nd in Yiwu
    expected = {
        "en": "Thursday 22 October 2026",
        "zh-hans": "2026年10月22日 星期四",
        "fr": "jeudi 22 octobre 2026",
        "es": "jueves 22 de octubre de 2026",
        "ar": "الخميس 22 أكتوبر 2026",
    }
    for code, text in expected.items():
        with override(code):
            assert day(date(2026, 10, 22)).lower() == day(at).lower() == text.lower()
            assert moment(at).endswith("01:30")
    with override("ru"):
        assert "22 октября 2026 г." in day(at)
    assert day(None) == moment(None) == number(None) == ""


def test_the_chinese_term_stands_beside_a_label_except_on_chinese_pages():
    with override("es"):
        assert 'lang="zh-Hans">受理<' in drawn('{% zh "受理" %}')
    with override("zh-hans"):
        assert drawn('{% zh "受理" %}') == ""


def test_pages_keep_the_rest_of_the_query_string():
    request = RequestFactory().get("/en/?q=toys&page=2")
    html = Template("{% pagination page %}").render(
        RequestContext(request, {"page": Paginator(range(100), 10).page(2)})
    )
    assert "q=toys&amp;page=3" in html
    assert 'aria-current="page"' in html


def _asked(path="/en/", **headers) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.is_public = True
    request.htmx = HtmxDetails(request)
    return request


def test_htmx_gets_the_middle_of_the_page_and_everyone_else_all_of_it():
    whole = page(_asked(), "web/privacy.html").content.decode()
    part = page(_asked(HX_Request="true"), "web/privacy.html")
    assert "<!doctype html>" in whole
    assert "<!doctype" not in part.content.decode()
    assert "<header" not in part.content.decode()
    assert '<main id="main"' in part.content.decode()
    assert part.headers["Vary"] == "HX-Request"


def test_going_on_is_a_redirect_or_its_htmx_twin():
    assert go(_asked(), "privacy").status_code == 302
    sent = go(_asked(HX_Request="true"), "privacy")
    assert sent.status_code == 200
    assert "/privacy/" in sent.headers["HX-Location"]
    assert "#main" in sent.headers["HX-Location"]


class Person:
    is_authenticated = True
    is_clerk = False


def test_the_menu_is_composed_from_what_was_registered(monkeypatch):
    sample = Programme(
        slug="sample",
        title="Sample",
        menu=(
            MenuItem("privacy", "Desk", shown_to=lambda user: user.is_clerk, order=2),
            MenuItem("accessibility", "Guides", public=True, order=1, description="All of them"),
        ),
    )
    monkeypatch.setattr("yiwu_portal.programmes.registry._programmes", {"sample": sample})
    monkeypatch.setattr("yiwu_portal.programmes.registry._shared_menu", {})
    monkeypatch.setattr("yiwu_portal.programmes.registry._badges", {"privacy": Badge("privacy", "Inbox", lambda _u: 3)})
    clerk, merchant = Person(), Person()
    clerk.is_clerk = True
    request = _asked("/en/accessibility/")
    for user, is_public, texts in (
        (clerk, False, ["Guides", "Desk"]),
        (merchant, False, ["Guides"]),
        (clerk, True, ["Guides"]),
    ):
        request.user = user
        assert [item["text"] for item in menu(request, is_public=is_public)] == texts
    assert [item["text"] for item in doors()] == ["Guides"]
    assert [item["text"] for item in staff_doors(clerk)] == ["Desk"]
    assert staff_doors(merchant) == []
    assert counted(clerk)[0]["count"] == 3
