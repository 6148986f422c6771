"""Tokens of one's own, for programs that act in one's name."""

from typing import Any

from yiwu_portal.api.actions import token_make, token_revoke
from yiwu_portal.api.fields import Nothing
from yiwu_portal.api.operations import Listing, Write
from yiwu_portal.api.queries import tokens_of
from yiwu_portal.api.serializers import TokenMadeOut, TokenMakeIn, TokenOut


class TokenList(Listing):
    """The tokens you made that still work."""

    verb, tag, scope, item = "token_list", "tokens", "session", TokenOut

    def rows(self, asked: dict[str, Any], **where: Any) -> Any:
        """One's own."""
        return tokens_of(self.request.user)


class TokenMake(Write):
    """Make a token for your own applications.

    Asked for in a browser session. The token stands in the first answer only; of it we keep nothing but a digest.
    """

    verb, tag, scope, status = "token_make", "tokens", "session", 201
    input, output = TokenMakeIn, TokenMadeOut
    unkept = ("token",)

    def fetch(self, **where: Any) -> Any:
        """Oneself."""
        return self.request.user

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """Make it."""
        token, secret = token_make(by=subject, **given)
        token.token = secret  # type: ignore[attr-defined]
        return token


class TokenRevoke(Write):
    """End a token of yours at once."""

    verb, tag, scope, status = "token_revoke", "tokens", "session", 200
    input, output = Nothing, TokenOut

    def fetch(self, **where: Any) -> Any:
        """One's own."""
        return tokens_of(self.request.user).filter(pk=where["token_id"]).first()

    def act(self, subject: Any, given: dict[str, Any]) -> Any:
        """End it."""
        return token_revoke(by=self.request.user, token_id=subject.pk)  # type: ignore[arg-type]
