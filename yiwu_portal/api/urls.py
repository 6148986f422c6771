"""Addresses of the portal's own operations, below /api/v1/."""

from django.urls import path

from yiwu_portal.api.views import contract, oauth, tokens

urlpatterns = [
    path("schema/", contract.schema, name="api_schema"),
    path("docs/", contract.documentation, name="api_documentation"),
    path("oauth/token/", oauth.oauth_token, name="oauth_token"),
    path("oauth/revoke/", oauth.oauth_revoke, name="oauth_revoke"),
    path("oauth/introspect/", oauth.oauth_introspect, name="oauth_introspect"),
    path("tokens/", tokens.TokenList.as_view(), name="api_token_list"),
    path("tokens/make/", tokens.TokenMake.as_view(), name="api_token_make"),
    path("tokens/<int:token_id>/revoke/", tokens.TokenRevoke.as_view(), name="api_token_revoke"),
]
