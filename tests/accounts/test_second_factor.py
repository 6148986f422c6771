import pytest
from allauth.mfa.models import Authenticator
from django.http import JsonResponse
from django.test import Client
from django.urls import get_resolver, path

from tests.people import enrol, sign_in_as, totp_code
from yiwu_portal.accounts.middleware import ENROL, PROVE
from yiwu_portal.accounts.models import User
from yiwu_portal.centre.service import appointment_end, appointment_make, appointment_of
from yiwu_portal.history.service import stream_entries

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough sentence"
ASK, CONFIRM, LOGIN = "/en/account/login/code/", "/en/account/login/code/confirm/", "/en/account/login/"
SECOND, INDEX = "/en/account/2fa/authenticate/", "/en/account/2fa/"


def simple_addresses():
    """Every address without arguments, the administration's own included, public pages excepted."""

    def walk(resolver, prefix, space):
        for entry in resolver.url_patterns:
            here = prefix + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                yield from walk(entry, here, [*space, entry.namespace] if entry.namespace else space)
            elif getattr(entry.callback, "is_public", False):
                continue
            elif "<" not in here and "(?P" not in here and entry.name:
                yield ":".join([*space, entry.name]), "/" + here.replace("^", "").replace("$", "").replace("\\Z", "")

    return sorted(set(walk(get_resolver(), "", [])))


@pytest.fixture
def with_password(cast):
    def give(user):
        user.set_password(PASSWORD)
        user.save()
        return user

    return give


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_signed_in_by_code_alone_reach_nothing_but_enrolment(cast, method):
    client = sign_in_as(cast.ding, strong=False)
    seen = 0
    for name, address in simple_addresses():
        if name in ENROL:
            continue
        answer = getattr(client, method)(address)
        if address.startswith("/api/"):
            assert answer.status_code == 403, (name, address)  # programs are told, not led to a page
            continue
        assert (answer.status_code, answer.headers.get("Location")) == (302, INDEX), (name, address, answer)
        seen += 1
    assert seen > 25


def test_a_public_page_shows_staff_without_a_factor_what_it_shows_to_anybody(cast):
    public = Client().get("/en/privacy/")
    assert sign_in_as(cast.ding, strong=False).get("/en/privacy/").content == public.content


def test_control_without_the_middleware_the_same_session_reaches_its_page(cast, settings):
    settings.MIDDLEWARE = [row for row in settings.MIDDLEWARE if "SecondFactor" not in row]
    assert sign_in_as(cast.ding, strong=False).get("/en/account/me/").status_code == 200


def test_staff_who_have_a_factor_but_did_not_use_it_may_only_prove_it(cast):
    enrol(cast.ding)
    client = sign_in_as(cast.ding, strong=False)
    for name, address in simple_addresses():
        if name not in PROVE:
            answer = client.get(address)
            if address.startswith("/api/"):
                assert answer.status_code == 403, (name, address)
                continue
            assert answer.status_code == 302, (name, address)
            assert answer.url.startswith("/en/account/2fa/reauthenticate/"), (name, address)
    assert client.post("/en/account/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.filter(user=cast.ding).exists()
    answer = client.post("/en/account/2fa/reauthenticate/", {"code": totp_code(), "next": "/en/account/me/"})
    assert answer.url == "/en/account/me/"
    assert client.get("/en/account/me/").status_code == 200


def test_the_api_answers_403_not_a_page(cast, settings):
    settings.ROOT_URLCONF = __name__
    answer = sign_in_as(cast.ding, strong=False).get("/api/v1/cases/")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert sign_in_as(cast.ding).get("/api/v1/cases/").json() == {"cases": []}


def test_no_password_goes_into_the_api_without_a_session(settings):
    kinds = settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"]
    assert kinds == [
        "yiwu_portal.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ]


@pytest.mark.parametrize("way", ["password", "code"])
def test_whoever_has_a_factor_is_asked_for_it_after_password_and_after_code(cast, with_password, code, client, way):
    user = with_password(cast.lin)
    enrol(user)
    if way == "password":
        answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD, "next": "/zh-hans/account/me/"})
    else:
        client.post(ASK, {"email": user.email})
        answer = client.post(CONFIRM, {"code": code(), "next": "/zh-hans/account/me/"})
    assert answer.url == SECOND
    for address in ("/en/account/me/", "/admin/"):
        assert client.get(address, follow=True).redirect_chain[-1][0] == SECOND
    assert client.post(SECOND, {"code": "000000"}).status_code == 200
    answer = client.post(SECOND, {"code": totp_code()})
    assert answer.url == "/zh-hans/account/me/"
    assert client.get("/zh-hans/account/me/").status_code == 200


def test_codes_of_the_app_are_limited_whatever_the_address(cast, with_password):
    user = with_password(cast.lin)
    enrol(user)
    for n in range(6):
        client = Client(REMOTE_ADDR=f"203.0.113.{n}")
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        client.post(SECOND, {"code": f"00000{n}"})
    answer = client.post(SECOND, {"code": totp_code()})
    assert answer.status_code == 200
    assert "Too many failed" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_enrolling_an_app_opens_the_session_gives_recovery_codes_and_is_recorded(cast):
    client = sign_in_as(cast.ding, strong=False)
    page = client.get("/en/account/2fa/totp/activate/")
    before = client.cookies["session"].value
    secret = page.context["form"].secret
    assert client.post("/en/account/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    answer = client.post("/en/account/2fa/totp/activate/", {"code": totp_code(secret)}, follow=True)
    assert answer.status_code == 200
    assert len(answer.context["unused_codes"]) == 10
    assert client.cookies["session"].value != before
    assert client.get("/en/account/me/").status_code == 200
    assert "factor_added" in [entry.verb for entry in stream_entries(f"user:{cast.ding.pk}")]
    stored = Authenticator.objects.get(user=cast.ding, type="totp").data["secret"]
    assert secret not in stored


def test_a_recovery_code_is_a_second_factor_once(cast, with_password, client):
    user = with_password(cast.lin)
    enrol(user)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    one = RecoveryCodes.activate(user).get_unused_codes()[0]
    for expected in (302, 200):
        client = Client()
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        assert client.post(SECOND, {"code": one}).status_code == expected


def test_a_password_reset_does_not_open_the_way_around(cast, with_password, code, client):
    user = with_password(cast.lin)
    client.post("/en/account/password/reset/", {"email": user.email})
    client.post("/en/account/password/reset/confirm/", {"code": code()})
    client.post("/en/account/password/reset/complete/", {"password1": PASSWORD + "2", "password2": PASSWORD + "2"})
    assert client.get("/en/account/me/").status_code == 302
    client.post(LOGIN, {"login": user.email, "password": PASSWORD + "2"})
    assert client.get("/en/account/me/").url == INDEX


def test_removing_the_last_factor_closes_everything_again(cast):
    client = sign_in_as(cast.ding)
    assert client.get("/en/account/me/").status_code == 200
    Authenticator.objects.filter(user=cast.ding).delete()
    assert client.get("/en/account/me/").url == INDEX


def test_whoever_is_appointed_while_signed_in_needs_a_factor_from_the_next_request(cast):
    client = sign_in_as(cast.boris)
    assert client.get("/en/account/me/").status_code == 200
    row = appointment_of(cast.lin)
    made = appointment_make(
        by=cast.zhao, user=cast.boris, organisation=row.organisation, role="officer", starts_on=row.starts_on
    )
    assert client.get("/en/account/me/").url == INDEX
    appointment_end(by=cast.zhao, appointment=made, ends_on=row.starts_on)
    assert client.get("/en/account/me/").status_code == 200


def test_the_stamp_of_the_demonstration_is_worth_nothing_outside_of_it(cast, settings):
    settings.DEMO = True
    assert cast.ding
    client = Client()
    client.post("/demo/ding/")
    assert client.get("/en/account/me/").status_code == 200
    settings.DEMO = False
    assert client.get("/en/account/me/").url == INDEX


def test_the_administration_has_no_door_of_its_own(cast, with_password, client):
    user = with_password(cast.zhao)
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    answer = client.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert "/account/login/" in answer.url
    assert sign_in_as(user, strong=False).get("/admin/").url == INDEX
    strong = sign_in_as(User.objects.get(pk=user.pk))
    for address in ("/admin/", "/admin/accounts/user/", "/admin/centre/appointment/", "/admin/centre/organisation/"):
        assert strong.get(address).status_code == 200, address


def test_a_merchant_finds_no_administration(cast):
    assert sign_in_as(cast.amira).get("/admin/", follow=True).status_code == 403
    assert sign_in_as(cast.chen).get("/admin/", follow=True).status_code == 403


def test_merchants_are_not_asked_for_a_factor(cast):
    assert sign_in_as(cast.amira).get("/ar/account/me/").status_code == 200


def test_a_visitor_without_a_session_costs_the_middleware_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert "Cookie" not in answer.headers.get("Vary", "")


urlpatterns = [
    path("api/v1/cases/", lambda request: JsonResponse({"cases": []}), name="cases"),
    *get_resolver("yiwu_portal.urls").url_patterns,
]
