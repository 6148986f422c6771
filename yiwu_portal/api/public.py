"""What is the same for every caller: kept a minute, with a tag, so that asking again costs nothing."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from yiwu_portal.api.operations import Operation


class PublicRead(Operation):
    """Mixed in before `Read` or `Listing`: ETag and Cache-Control on what everybody may see."""

    def get(self, request: Request, **where: Any) -> HttpResponseBase:
        """The answer, or 304 for whoever has it already."""
        answer = super().get(request, **where)  # type: ignore[misc]
        if not isinstance(answer, Response) or answer.status_code != 200:
            return answer
        tag = f'"{hashlib.sha256(JSONRenderer().render(answer.data)).hexdigest()[:32]}"'
        answer["Cache-Control"] = f"public, max-age={settings.PUBLIC_PAGE_SECONDS}"
        patch_vary_headers(answer, ["Accept-Language"])
        answer["ETag"] = tag
        return get_conditional_response(request._request, etag=tag, response=answer) or answer
