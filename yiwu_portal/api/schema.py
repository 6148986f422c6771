"""The contract of the API (OpenAPI), made from the operations themselves."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from yiwu_portal.api.problems import MEDIA_TYPE
from yiwu_portal.api.rules import KEY_MAX, PERSON_SCOPES, SYSTEM_SCOPES

WHY = {
    "400": "What was sent could not be read; `errors` names the fields.",
    "401": "Nobody is signed in, or the token is not valid (any more).",
    "403": "The token lacks the scope, or the session its second factor or CSRF token.",
    "404": "Not there, or not yours: the two are one answer.",
    "406": "No format that the Accept header asks for is spoken here.",
    "409": "It cannot be done as things stand, or the same key is in use just now; nothing was changed.",
    "415": "The body is in a format that is not read here.",
    "422": "The file or the answers were not taken, or the key was used for something else; nothing was changed.",
    "429": "Too many requests; Retry-After says how many seconds to wait.",
}
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="A key of your own, new for each act. Asked again with the same key within 24 hours, the act is not "
    "done again; you get the answer it had.",
)
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457), in the language of Accept-Language.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "A word for programs."},
        "detail": {"type": "string"},
        "errors": {"type": "object", "description": "What is wrong, by field.", "additionalProperties": True},
        "missing": {"type": "array", "items": {"type": "string"}, "description": "What is still to do."},
        "retry_after": {"type": "integer"},
    },
    "required": ["type", "title", "status", "detail"],
}


class PortalSchema(AutoSchema):
    """Reads the class attributes of `Operation`."""

    def get_operation_id(self) -> str:
        """The verb."""
        return getattr(self.view, "verb", "") or super().get_operation_id()

    def get_tags(self) -> list[str]:
        """The noun it belongs to."""
        return [getattr(self.view, "tag", "") or "portal"]

    def get_summary(self) -> str:
        """The first line of the docstring."""
        return (self.view.__class__.__doc__ or "").strip().splitlines()[0]

    def get_description(self) -> str:  # type: ignore[override]
        """The rest of it."""
        return "\n".join(line.strip() for line in (self.view.__class__.__doc__ or "").strip().splitlines()[2:])

    def get_request_serializer(self) -> Any:
        """What goes in."""
        return getattr(self.view, "input", None) if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        """What comes out."""
        status, output = str(getattr(self.view, "status", 200)), getattr(self.view, "output", None)
        if media := getattr(self.view, "media_types", ()):
            return {(status, kind): OpenApiTypes.BINARY for kind in media}
        return {status: output or OpenApiResponse(description="Done.")}

    def get_override_parameters(self) -> list[Any]:
        """The query of a read, the key of a write."""
        if self.method == "POST":
            return [KEY] if hasattr(self.view, "input") and not getattr(self.view, "is_keyless", False) else []
        query = getattr(self.view, "query", None)
        return [query] if query else []

    def get_auth(self) -> list[dict[str, Any]]:
        """Who may call: nobody in particular, a token with the scope, or a session."""
        scope = getattr(self.view, "scope", "")
        if not scope:
            return []
        ways: list[dict[str, Any]] = [{"oauth2": [scope]}] if scope in SYSTEM_SCOPES else [{"personToken": []}]
        return ways if getattr(self.view, "for_systems", False) else [*ways, {"session": []}]

    def get_filter_backends(self) -> list[Any]:
        """None: the query serializer says it all."""
        return []

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False


class BearerScheme(OpenApiAuthenticationExtension):
    """Named so that drf-spectacular knows the class; the schemes themselves are written by `contract_finish`."""

    target_class = "yiwu_portal.api.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Client credentials (RFC 6749)."""
        return schemes()["oauth2"]


def schemes() -> dict[str, Any]:
    """How one signs in."""
    scopes = {
        "tasks:read": "See the tasks of your department and the papers they need.",
        "tasks:decide": "Claim, release, grant, refuse and propose.",
        "webhooks": "Be told of what happens to your department's tasks.",
    }
    flow = {"tokenUrl": "/api/v1/oauth/token/", "scopes": scopes}
    scope = " ".join(PERSON_SCOPES)
    return {
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}},
        "personToken": {"type": "http", "scheme": "bearer", "description": f"A token of your own ({scope})."},
        "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "A browser signed in."},
    }


def contract_finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problems every operation may answer with, and shut the inputs against unknown fields."""
    parts = result.setdefault("components", {})
    kinds = parts.setdefault("schemas", {})
    kinds["Problem"] = PROBLEM
    parts["securitySchemes"] = schemes()
    for name, kind in kinds.items():
        if name.removesuffix("Request").endswith(("In", "Nothing")):
            kind["additionalProperties"] = False
    for path in result["paths"].values():
        for method, operation in path.items():
            statuses = ["400", "406", "429"]
            statuses += ["401", "403"] if operation.get("security") else []
            statuses += ["404"] if any(_may_miss(one) for one in operation.get("parameters", [])) else []
            statuses += ["404", "409", "415", "422"] if method == "post" else []
            for status in statuses:
                said = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                operation["responses"].setdefault(status, {"description": WHY[status], "content": said})
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _may_miss(parameter: dict[str, Any]) -> bool:
    """Whether it names something that may not be there."""
    return parameter["in"] == "path" or parameter["name"] == "cursor"


__all__ = ["PortalSchema", "contract_finish"]
