"""What the API's own operations take and give."""

from rest_framework import serializers

from yiwu_portal.api.fields import Choice, Input, Output, Text
from yiwu_portal.api.rules import PERSON_SCOPES


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
