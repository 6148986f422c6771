"""What a programme hands to the portal: one frozen `Programme`, from the module `programme.py` of its package."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


class Unknown(LookupError):
    """Nobody registered that."""


@dataclass(frozen=True)
class MenuItem:
    """A link of the main menu; `shown_to(user)` decides who sees it on private pages, `public` whether anyone does."""

    url_name: str
    text: Text
    public: bool = False
    shown_to: Callable[[Any], bool] = lambda user: True
    order: int = 50
    description: Text = ""  # said under the link on the start page


@dataclass(frozen=True)
class Badge:
    """A link with a count beside a signed-in person's name, such as the inbox; `count(user)` is one cheap query."""

    url_name: str
    text: Text
    count: Callable[[Any], int]


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its text is `templates/<slug>/notices/<name>.txt`, first line the subject."""

    name: str
    title: Text
    channels: tuple[str, ...] = ("email",)
    is_optional: bool = False  # the person may switch it off


@dataclass(frozen=True)
class Job:
    """A periodic job: `run()` is repeatable and takes under 30 seconds."""

    name: str
    every_seconds: int
    run: Callable[[], Any]


class Counted(str):
    """A line of an audit that says what was counted; any other line names a broken promise."""

    __slots__ = ()


@dataclass(frozen=True)
class Programme:
    """Everything the portal knows of a programme."""

    slug: str
    title: Text
    urls: str = ""  # module with urlpatterns, mounted under the language prefix
    plain_urls: str = ""  # module with urlpatterns without language prefix
    api: str = ""  # module with urlpatterns, mounted under /api/v1/
    menu: tuple[MenuItem, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    jobs: tuple[Job, ...] = ()
    receivers: dict[type, Callable[[Any], None]] = field(default_factory=dict)
    search_url_name: str = ""  # a page with a GET search field `q`, which the start page's large box leads to
    front: Callable[[], dict[str, Any]] | None = None  # for the public start page, computed by query, the same for all:
    # {"lead": sentence, "often": [{text, url}], "figures": [{value, label, url}], "steps": [{title, text}]}, optional
    mine: Callable[[Any], list[dict[str, Any]]] | None = None  # a user's open business, for her own start page:
    # [{text, url, status, tone, hint}], as the task list component draws it
    demo_load: Callable[[], Any] | None = None  # invented people and work for an empty database
    simulate: Callable[..., Any] | None = None  # portal_simulate
    audit: Callable[[], Iterator[str]] | None = None  # broken promises, one line each, for portal_audit
    export: Callable[[Any], dict[str, Any]] | None = None  # a person's data


_programmes: dict[str, Programme] = {}
_shared_jobs: dict[str, Job] = {}
_shared_notices: dict[str, dict[str, NoticeKind]] = {}
_shared_audits: dict[str, Callable[[], Iterable[str]]] = {}
_shared_demos: dict[str, Callable[[], Any]] = {}
_shared_menu: dict[str, MenuItem] = {}
_badges: dict[str, Badge] = {}


def programme_register(programme: Programme) -> Programme:
    """Take a programme in; a slug registered twice is a mistake of ours, so it raises `ValueError`."""
    if programme.slug in _programmes:
        raise ValueError(f"programme {programme.slug} is registered twice")
    _programmes[programme.slug] = programme
    return programme


def job_register(job: Job) -> Job:
    """Take in a job of a shared service."""
    _shared_jobs[job.name] = job
    return job


def notice_register(slug: str, *kinds: NoticeKind) -> None:
    """Take in the notices of a shared service; their texts are `templates/<slug>/notices/<name>.txt`."""
    _shared_notices.setdefault(slug, {}).update({kind.name: kind for kind in kinds})


def audit_register(name: str, run: Callable[[], Iterable[str]]) -> None:
    """Take in the audit of a shared service: a line for each broken promise, `Counted` lines for what it looked at."""
    _shared_audits[name] = run


def demo_register(name: str, load: Callable[[], Any]) -> None:
    """Take in the invented people and work of a shared service; loaded before the programmes', in this order."""
    _shared_demos[name] = load


def menu_register(item: MenuItem) -> MenuItem:
    """Take in a menu item of a shared service."""
    _shared_menu[item.url_name] = item
    return item


def badge_register(badge: Badge) -> Badge:
    """Take in a counted link of a shared service."""
    _badges[badge.url_name] = badge
    return badge


def menu_items() -> list[MenuItem]:
    """Every menu item of the programmes and the shared services, in order."""
    items = [*(item for programme in programmes() for item in programme.menu), *_shared_menu.values()]
    return sorted(items, key=lambda item: item.order)


def badges() -> tuple[Badge, ...]:
    """Every counted link."""
    return tuple(_badges.values())


def programmes() -> tuple[Programme, ...]:
    """All registered programmes, in the order in which they were installed."""
    return tuple(_programmes.values())


def periodic_jobs() -> tuple[Job, ...]:
    """Every job of the shared services and the programmes."""
    return (*_shared_jobs.values(), *(job for programme in programmes() for job in programme.jobs))


def notice_kind(name: str) -> tuple[str, NoticeKind]:
    """The programme slug and kind of a notice named `<slug>.<name>`; raises `Unknown`."""
    slug, _, short = name.partition(".")
    if short in _shared_notices.get(slug, {}):
        return slug, _shared_notices[slug][short]
    if slug in _programmes:
        for kind in _programmes[slug].notices:
            if kind.name == short:
                return slug, kind
    raise Unknown(name)


def notice_kinds() -> dict[str, NoticeKind]:
    """Every kind of notice by its full name `<slug>.<name>`."""
    of_services = {f"{slug}.{name}": kind for slug, kinds in _shared_notices.items() for name, kind in kinds.items()}
    of_programmes = {f"{item.slug}.{kind.name}": kind for item in programmes() for kind in item.notices}
    return {**of_services, **of_programmes}


def audits() -> dict[str, Callable[[], Iterable[str]]]:
    """Every audit by the name of its service or programme."""
    return {**_shared_audits, **{item.slug: item.audit for item in programmes() if item.audit}}


def demos() -> dict[str, Callable[[], Any]]:
    """Every loader of invented data, the shared services first."""
    return {**_shared_demos, **{item.slug: item.demo_load for item in programmes() if item.demo_load}}


def fact_receivers(fact_type: type) -> list[Callable[[Any], None]]:
    """Who hears a fact of this type."""
    return [programme.receivers[fact_type] for programme in programmes() if fact_type in programme.receivers]
