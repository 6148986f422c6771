"""Webhooks of a department's system: make, list, end; its calls, and one of them again."""

from typing import Any

from yiwu_portal.api.actions import call_replay, webhook_end, webhook_make
from yiwu_portal.api.fields import Nothing
from yiwu_portal.api.operations import Listing, Write
from yiwu_portal.api.queries import calls_of, subscriptions_of
from yiwu_portal.api.serializers import CallOut, WebhookMadeOut, WebhookMakeIn, WebhookOut


class WebhookList(Listing):
    """The webhooks of your system."""

    verb, tag, scope, for_systems, item = "webhook_list", "webhooks", "webhooks", True, WebhookOut

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """One's own."""
        return subscriptions_of(self.request.user)


class WebhookMake(Write):
    """Be told of what happens to your department's tasks.

    Each call carries Portal-Event-Id (the same when it is repeated), Portal-Timestamp and Portal-Signature:
    `sha256=` and the HMAC-SHA256 of the timestamp, a dot and the body, with the secret of the webhook.
    """

    verb, tag, scope, for_systems, status = "webhook_make", "webhooks", "webhooks", True, 201
    input, output, unkept = WebhookMakeIn, WebhookMadeOut, ("secret",)

    def fetch(self, **where: Any) -> Any:
        """The system itself."""
        token: Any = self.request.auth
        return token.client

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """Make it."""
        made, secret = webhook_make(by=self.request.user, client=subject, **given)  # type: ignore[arg-type]
        made.secret = secret
        return made


class WebhookEnd(Write):
    """Be told no more."""

    verb, tag, scope, for_systems = "webhook_end", "webhooks", "webhooks", True
    input, output = Nothing, WebhookOut

    def fetch(self, **where: Any) -> Any:
        """One's own."""
        return subscriptions_of(self.request.user).filter(pk=where["webhook_id"]).first()

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """End it."""
        return webhook_end(by=self.request.user, webhook_id=subject.pk)  # type: ignore[arg-type]


class CallList(Listing):
    """What a webhook was told, or could not be told yet; the newest first."""

    verb, tag, scope, for_systems, item = "call_list", "webhooks", "webhooks", True, CallOut

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """Of one's own webhook."""
        return calls_of(self.request.user, where["webhook_id"])


class CallReplay(Write):
    """Be told once more, under the same id."""

    verb, tag, scope, for_systems = "call_replay", "webhooks", "webhooks", True
    input, output = Nothing, CallOut

    def fetch(self, **where: Any) -> Any:
        """Of one's own webhook."""
        return calls_of(self.request.user, where["webhook_id"]).filter(pk=where["call_id"]).first()

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """Put it back into the outbox."""
        return call_replay(by=self.request.user, webhook_id=subject.subscription_id, call_id=subject.pk)  # type: ignore[arg-type]
