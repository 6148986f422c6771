"""The portal with one address more, which acknowledges a submission before its commit: what F1 must catch."""

import threading
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

application = get_wsgi_application()

from approvals.actions.drafts import case_submit  # noqa: E402
from yiwu_portal import urls  # noqa: E402

COMMITS_AFTER = 3  # seconds


@csrf_exempt
def hasty_submit(request: HttpRequest, key: str) -> HttpResponse:
    """Hand in, answer, and commit some time later."""
    told, said = threading.Event(), []
    user = request.user._wrapped if hasattr(request.user, "_wrapped") else request.user
    assert user.pk

    def work() -> None:
        try:
            with transaction.atomic():
                said.append(case_submit(by=user, key=key).reference)
                told.set()
                time.sleep(COMMITS_AFTER)
        finally:
            told.set()
            connection.close()

    threading.Thread(target=work, daemon=True).start()
    told.wait(timeout=20)
    return HttpResponse(said[0], status=200)


urls.urlpatterns.insert(0, path("hasty/<str:key>/", hasty_submit))
assert settings.ROOT_URLCONF == "yiwu_portal.urls"
