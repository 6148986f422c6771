"""The doorbell: what the portal knows of approvals."""

from django.utils.translation import gettext_lazy as _

from yiwu_portal.programmes.service import Programme, programme_register

programme_register(Programme(slug="approvals", title=_("Services")))
