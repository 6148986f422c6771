"""The menu and the ways in, composed from what the programmes and shared services registered."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yiwu_portal.programmes.service import MenuItem, badges, menu_items


def menu(request: HttpRequest, *, is_public: bool) -> list[dict[str, Any]]:
    """The main menu: on public pages the same for everyone, elsewhere what this user may open."""
    user = None if is_public else request.user
    if user is None or not user.is_authenticated:
        items = [item for item in menu_items() if item.public]
    else:
        items = [item for item in menu_items() if item.shown_to(user)]
    return [_drawn(item, request.path) for item in items]


def counted(user: Any) -> list[dict[str, Any]]:
    """The counted links beside a signed-in person's name."""
    return [{"url": reverse(badge.url_name), "text": badge.text, "count": badge.count(user)} for badge in badges()]


def doors() -> list[dict[str, Any]]:
    """The public ways in: menu items that describe themselves."""
    return [_drawn(item) for item in menu_items() if item.public and item.description]


def staff_doors(user: Any) -> list[dict[str, Any]]:
    """The desks this user serves: menu items that are not for everyone."""
    return [_drawn(item) for item in menu_items() if not item.public and item.shown_to(user)]


def _drawn(item: MenuItem, path: str = "") -> dict[str, Any]:
    url = reverse(item.url_name)
    return {"url": url, "text": item.text, "description": item.description, "current": path.startswith(url)}
