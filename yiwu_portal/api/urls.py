"""Addresses of the portal's own operations, below /api/v1/."""

from django.urls import path

from yiwu_portal.api.views import contract, oauth, tokens, webhooks

urlpatterns = [
    path("schema/", contract.schema, name="api_schema"),
    path("docs/", contract.documentation, name="api_documentation"),
    path("oauth/token/", oauth.oauth_token, name="oauth_token"),
    path("oauth/revoke/", oauth.oauth_revoke, name="oauth_revoke"),
    path("oauth/introspect/", oauth.oauth_introspect, name="oauth_introspect"),
    path("tokens/", tokens.TokenList.as_view(), name="api_token_list"),
    path("tokens/make/", tokens.TokenMake.as_view(), name="api_token_make"),
    path("tokens/<int:token_id>/revoke/", tokens.TokenRevoke.as_view(), name="api_token_revoke"),
    path("webhooks/", webhooks.WebhookList.as_view(), name="api_webhook_list"),
    path("webhooks/make/", webhooks.WebhookMake.as_view(), name="api_webhook_make"),
    path("webhooks/<int:webhook_id>/end/", webhooks.WebhookEnd.as_view(), name="api_webhook_end"),
    path("webhooks/<int:webhook_id>/calls/", webhooks.CallList.as_view(), name="api_call_list"),
    path(
        "webhooks/<int:webhook_id>/calls/<int:call_id>/replay/", webhooks.CallReplay.as_view(), name="api_call_replay"
    ),
]
