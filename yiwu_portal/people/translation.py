"""Which columns of this room speak every language; tracked only after that, or history would miss them."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from yiwu_portal.people.models import EvidenceType


@register(EvidenceType)
class EvidenceTypeTranslation(TranslationOptions):
    """A kind of paper is named and explained in the applicant's language."""

    fields = ("name", "hint")


pghistory.track()(EvidenceType)
