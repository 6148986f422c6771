"""Which texts of the centre are kept in every language; whose changes are tracked, once the languages are known."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from yiwu_portal.centre.models import Organisation, Window


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    """An organisation's name."""

    fields = ("name",)


# tracked here, not on the class: a class tracked before its registration misses every language's column in silence
pghistory.track()(Organisation)
pghistory.track()(Window)
