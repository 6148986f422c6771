"""Alive and ready, for whoever watches the machine; robots are told where not to look."""

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: the database answers; Redis is reported but does not count, for submitting works without it (F9)."""
    database = _database_answers()
    parts = {"database": "ok" if database else "down", "redis": "ok" if _redis_answers() else "down"}
    return JsonResponse({"status": "ok" if database else "down", **parts}, status=200 if database else 503)


def robots(request: HttpRequest) -> HttpResponse:
    """Nothing private is of use to a search engine."""
    private = "".join(f"Disallow: /{code}/account/\n" for code, _name in settings.LANGUAGES)
    return HttpResponse(f"User-agent: *\nDisallow: /api/\n{private}", content_type="text/plain")


for view in (healthz, readyz, robots):
    view.is_public = True  # type: ignore[attr-defined]  # the same for everyone: no session is read, none can fail


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()  # a broken connection is not kept for the next request
        return False
    return True


def _redis_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
