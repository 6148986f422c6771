"""Which texts of the catalogue exist in every language; history is tracked after that, or it would miss the columns."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from approvals import models


@register(models.MatterEdition)
class MatterEditionTranslation(TranslationOptions):
    """Texts of a guide."""

    fields = (
        "name",
        "summary",
        "conditions",
        "process",
        "visit_reason",
        "result_name",
        "fee_note",
        "place",
        "remedies",
        "keywords",
    )


@register(models.Bundle)
class BundleTranslation(TranslationOptions):
    """Texts of a bundle."""

    fields = ("name", "summary", "who", "process", "keywords")


@register(models.MaterialRequirement)
class MaterialRequirementTranslation(TranslationOptions):
    """Texts of a material."""

    fields = ("name", "guidance", "acceptance_standard")


@register(models.RouteStep)
class RouteStepTranslation(TranslationOptions):
    """Texts of a step."""

    fields = ("name",)


@register(models.LegalBasis)
class LegalBasisTranslation(TranslationOptions):
    """Texts of a legal basis."""

    fields = ("law", "article", "gist")


@register(models.FrequentQuestion)
class FrequentQuestionTranslation(TranslationOptions):
    """Texts of a question."""

    fields = ("question", "answer")


@register(models.StandardReason)
class StandardReasonTranslation(TranslationOptions):
    """Texts of a reason."""

    fields = ("text",)


for model in (models.Matter, models.MatterEdition, models.MaterialRequirement, models.RouteStep, models.StandardReason):
    pghistory.track(obj_field=pghistory.ObjForeignKey(db_constraint=False))(model)
