"""One class an operation: who may, what goes in, what is done, what comes out; problems, keys and limits are here."""

import hashlib
import json
from typing import Any, ClassVar

from django.core.cache import caches
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import SimpleRateThrottle

from yiwu_portal.accounts.service import address_of, limit
from yiwu_portal.api.actions import Busy, OtherBody, answer_once
from yiwu_portal.api.authentication import BearerAuthentication, MayCall, SessionAuthentication
from yiwu_portal.api.fields import Input, Output, PageQuery, page_of
from yiwu_portal.api.paging import Cursors
from yiwu_portal.api.problems import Problem
from yiwu_portal.api.queries import answer_kept
from yiwu_portal.api.rules import KEY_MAX, fingerprint_of

WRITES_A_MINUTE = 120


class ReadLimit(SimpleRateThrottle):
    """Reads are counted in the process, so that reading writes nothing: so many a minute, each worker of the web."""

    rate = "1200/min"
    cache = caches["limits"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        """The user, or the client's address where nobody is known."""
        who = f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{address_of(request)}"
        return f"api:{who}"


class Operation(GenericAPIView):
    """An operation of the API; its docstring is what the documentation says."""

    verb: ClassVar[str] = ""  # its name in the schema
    tag: ClassVar[str] = ""
    scope: ClassVar[str] = ""  # what a token must carry; empty: public
    for_systems: ClassVar[bool] = False  # not for a person's session
    output: ClassVar[type[BaseSerializer] | None] = None
    status: ClassVar[int] = 200
    authentication_classes = (BearerAuthentication, SessionAuthentication)
    permission_classes = (MayCall,)
    renderer_classes = (JSONRenderer,)
    metadata_class = None
    http_method_names = ("get", "head", "post")  # verbs are posted, each at an address of its own
    queryset = None

    @classmethod
    def as_view(cls, **options: Any) -> Any:
        """The view; a public one asks for no second factor, since it knows nobody."""
        view = super().as_view(**options)
        view.is_public = not cls.scope  # type: ignore[attr-defined]
        return view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say first whether the method has a meaning here, then ask who calls."""
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    def get_authenticators(self) -> list[Any]:
        """A public operation asks nobody who he is."""
        return super().get_authenticators() if self.scope else []

    def shown(self, value: Any, **context: Any) -> Any:
        """What the output serializer makes of it."""
        if self.output is None:
            return None
        return self.output(value, context={"request": self.request, **context}).data


class Read(Operation):
    """Something to be read."""

    query: ClassVar[type[Input] | None] = None
    throttle_classes: Any = (ReadLimit,)

    def get(self, request: Request, **where: Any) -> HttpResponseBase:
        """Fetch and show."""
        asked: dict[str, Any] = {}
        if self.query is not None:
            wanted = self.query(data={name: request.query_params[name] for name in request.query_params})
            wanted.is_valid(raise_exception=True)
            asked = wanted.validated_data
        found = self.fetch(asked, **where)
        if found is None:
            raise Http404
        return found if isinstance(found, HttpResponseBase) else Response(self.shown(found))

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """What is to be shown; None for not there and not yours alike."""
        raise NotImplementedError


class Listing(Read):
    """A list by cursor; `item` is what one row of it looks like."""

    item: ClassVar[type[Output]]
    query: ClassVar[type[Input] | None] = PageQuery
    ordering: ClassVar[tuple[str, ...]] = ("-id",)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "item" in vars(cls):
            cls.output = page_of(cls.item)

    def fetch(self, asked: dict[str, Any], **where: Any) -> Any:
        """One page and the addresses of its neighbours."""
        pages = Cursors()
        results = self.rows_page(pages, asked, **where)
        return {"next": pages.get_next_link(), "previous": pages.get_previous_link(), "results": results}

    def rows_page(self, pages: Cursors, asked: dict[str, Any], **where: Any) -> list[Any]:
        """The rows of the page asked for."""
        return pages.rows(self.request, self.rows(asked, **where), self.ordering)

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """All rows, each the asker may see."""
        raise NotImplementedError


class Write(Operation):
    """Something done once for each idempotency key, with its answer kept 24 hours (F3)."""

    input: ClassVar[type[Input]]
    parser_classes: Any = (JSONParser,)
    unkept: ClassVar[tuple[str, ...]] = ()  # parts of the answer that are said once and kept nowhere
    prepares: ClassVar[bool] = False  # takes seconds before the act, outside of its transaction

    def post(self, request: Request, **where: Any) -> HttpResponseBase:
        """Read the key, give the kept answer, or act and keep it."""
        if stopped := limit(request, "api", per_minute=WRITES_A_MINUTE):
            return stopped
        key = _key_of(request)
        asked: dict[str, Any] = {"user_id": request.user.pk, "endpoint": self.verb, "key": key}
        print_of = _fingerprint(request)
        ready: Any = None
        if self.prepares and answer_kept(**asked) is None:
            given = self._given(request, where)
            ready = (*given, self.prepare(*given))

        def act() -> tuple[int, Any, dict[str, str]]:
            subject, values, prepared = ready or (*self._given(request, where), None)
            done = self.act(subject, {**values, **(prepared or {})})
            said = json.loads(JSONRenderer().render(self.shown(done)) or "null")
            return self.status, said, self.headers_for(done)

        try:
            (status, body, headers), is_kept = answer_once(**asked, fingerprint=print_of, act=act, unkept=self.unkept)
        except Busy as busy:
            text = _("The same key is being worked on just now. Wait a second and ask again.")
            raise Problem(409, "key_in_use", text) from busy
        except OtherBody as other:
            text = _("This Idempotency-Key was used for something else. Nothing was changed; use a new key.")
            raise Problem(422, "key_reused", text) from other
        if is_kept:
            headers = {**headers, "Idempotent-Replayed": "true"}
        return Response(body, status=status, headers=headers)

    def _given(self, request: Request, where: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        subject = self.fetch(**where)
        if subject is None:
            raise Http404
        given = self.input(data=_fields(request), context={"request": request, "subject": subject})
        given.is_valid(raise_exception=True)
        return subject, given.validated_data

    def fetch(self, **where: Any) -> Any:
        """What is acted upon; None for not there and not yours alike."""
        raise NotImplementedError

    def prepare(self, subject: Any, given: dict[str, Any]) -> dict[str, Any]:
        """What is done before the transaction of the act; safe to be done twice."""
        return {}

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """Call the action; what it returns is shown."""
        raise NotImplementedError

    def headers_for(self, done: Any) -> dict[str, str]:
        """Headers of the answer, kept with it."""
        return {}


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > KEY_MAX or not key.isascii() or not key.isprintable():
        text = _(
            "Send an Idempotency-Key of your own with every write: 1 to 200 plain characters. Nothing was changed."
        )
        raise Problem(400, "key_missing", text)
    return key


def _fields(request: Request) -> Any:
    """The fields as plain values: a form's are its last ones, and its files."""
    data: Any = request.data
    return {name: data[name] for name in data} if hasattr(data, "getlist") else data


def _fingerprint(request: Request) -> str:
    files = {}
    for name, file in request.FILES.items():
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        files[name] = (file.name, digest.hexdigest())
    said = _fields(request)
    if isinstance(said, dict):
        said = {name: value for name, value in said.items() if name not in files}
    return fingerprint_of(request.method or "", request.path, said, files)
