"""What the API's own operations take and give."""

from rest_framework import serializers

from yiwu_portal.api.fields import Choice, Input, Output, Text
from yiwu_portal.api.rules import EVENTS, PERSON_SCOPES


class TokenMakeIn(Input):
    """What the token is for."""

    name = Text(max_length=80, help_text="What the token is for.")
    scopes = serializers.ListField(child=Choice(choices=PERSON_SCOPES), min_length=1, max_length=2)


class TokenOut(Output):
    """A token; `token` stands in the answer that made it and never again."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class TokenMadeOut(TokenOut):
    """A token just made."""

    token = serializers.CharField(help_text="Shown once. Send it as `Authorization: Bearer …`.")


class WebhookMakeIn(Input):
    """Where to send what."""

    url = Text(max_length=300, help_text="An https address on the open network; redirects are not followed.")
    events = serializers.ListField(child=Choice(choices=EVENTS), min_length=1, max_length=len(EVENTS))


class WebhookOut(Output):
    """A webhook."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())


class WebhookMadeOut(WebhookOut):
    """A webhook just made."""

    secret = serializers.CharField(help_text="Shown once; what you are sent is signed with it.")


class CallOut(Output):
    """One event told, or still to be told."""

    id = serializers.IntegerField()
    event = serializers.ChoiceField(choices=EVENTS)
    state = serializers.ChoiceField(choices=["created", "sent", "dead"])
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()
    body = serializers.DictField()
