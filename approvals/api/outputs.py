"""What the public catalogue looks like to programs; texts in the language of Accept-Language."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from approvals.models import Bundle, MaterialRequirement, MatterEdition
from approvals.queries.bundles import bundle_parts, papers_of
from yiwu_portal.api.service import Output


class DepartmentOut(Output):
    """A department with services in force."""

    code = s.CharField(source="organisation.code")
    name = s.CharField(source="organisation.name")
    services = s.IntegerField(source="number")


class DepartmentsOut(Output):
    """All of them: a short list."""

    results = DepartmentOut(many=True)


class LimitOut(Output):
    """A time limit with its unit."""

    amount = s.IntegerField()
    unit = s.ChoiceField(choices=["working_day", "calendar_day", "month"])


class ServiceOut(Output):
    """A service in a list."""

    code = s.CharField(source="matter.code")
    edition = s.IntegerField(source="number")
    name = s.CharField()
    summary = s.CharField()
    department = s.CharField(source="matter.organisation.code")
    audience = s.ChoiceField(choices=MatterEdition.Audience.values)
    visits = s.IntegerField()
    is_online = s.BooleanField()
    fee_fen = s.IntegerField(help_text="In fen, 0.01 CNY.")
    promised = s.SerializerMethodField()
    statutory = s.SerializerMethodField()

    @extend_schema_field(LimitOut)
    def get_promised(self, edition: MatterEdition) -> Any:
        """The promised limit (承诺时限)."""
        return {"amount": edition.promised_amount, "unit": edition.promised_unit}

    @extend_schema_field(LimitOut(allow_null=True))
    def get_statutory(self, edition: MatterEdition) -> Any:
        """The limit of the law (法定时限); null where it sets none."""
        if edition.statutory_amount is None:
            return None
        return {"amount": edition.statutory_amount, "unit": edition.statutory_unit}


class RequirementOut(Output):
    """A paper that is asked for."""

    id = s.IntegerField()
    name = s.CharField()
    guidance = s.CharField()
    kind = s.CharField(source="evidence_type.code")
    necessity = s.ChoiceField(choices=MaterialRequirement.Necessity.values)
    source = s.ChoiceField(choices=MaterialRequirement.Source.values)  # type: ignore[assignment]
    form = s.ChoiceField(choices=MaterialRequirement.Form.values)
    copies = s.IntegerField()


class StepOut(Output):
    """A step of the route."""

    code = s.CharField()
    name = s.CharField()
    department = s.CharField(source="organisation.code")
    days = s.IntegerField(help_text="Working days.")
    signatures = s.IntegerField()


class BasisOut(Output):
    """A legal basis."""

    law = s.CharField()
    article = s.CharField()


class ServiceGuideOut(ServiceOut):
    """The whole guide of a service, in one edition."""

    state = s.ChoiceField(choices=["published", "superseded"])
    effective_on = s.DateField()
    conditions = s.CharField()
    process = s.CharField()
    visit_reason = s.CharField()
    result_name = s.CharField()
    fee_note = s.CharField()
    place = s.CharField()
    remedies = s.CharField()
    phone = s.CharField()
    complaint_phone = s.CharField()
    materials = RequirementOut(many=True)
    steps = StepOut(many=True)
    legal_bases = BasisOut(many=True)
    questions = s.JSONField(
        source="form", help_text="The form definition: steps, fields, conditions; texts by language."
    )


class EditionOut(Output):
    """One edition of a service: what was in force from when."""

    edition = s.IntegerField(source="number")
    state = s.ChoiceField(choices=["published", "superseded"])
    effective_on = s.DateField()
    published_at = s.DateTimeField(allow_null=True)


class EditionsOut(Output):
    """All editions that were ever in force, the newest first."""

    results = EditionOut(many=True)


class BundleOut(Output):
    """A bundle: several services meant as one thing (一件事)."""

    code = s.CharField()
    version = s.IntegerField(source="number")
    name = s.CharField()
    summary = s.CharField()
    department = s.CharField(source="organisation.code")


class BundlesOut(Output):
    """All bundles offered now."""

    results = BundleOut(many=True)


class BundlePartOut(Output):
    """One service of a bundle."""

    code = s.CharField(source="edition.matter.code")
    edition = s.IntegerField(source="edition.number")
    name = s.CharField(source="edition.name")
    department = s.CharField(source="edition.matter.organisation.code")
    on_refusal = s.ChoiceField(
        source="place.on_refusal",
        choices=["stop_all", "stop_after", "go_on"],
        help_text="What its refusal does to the rest.",
    )
    after = s.SerializerMethodField(help_text="Codes of the services whose result it waits for.")

    def get_after(self, part: Any) -> list[str]:
        """The services before it."""
        codes = self.context["codes"]
        return sorted(codes[key] for key in part.place.after if key in codes)


class BundleGuideOut(BundleOut):
    """A bundle with its services and the papers it asks for once."""

    who = s.CharField()
    process = s.CharField()
    is_offered = s.SerializerMethodField(help_text="False while one of its services is not in force.")
    services = s.SerializerMethodField()
    materials = s.SerializerMethodField()
    papers_saved = s.SerializerMethodField(help_text="Papers not asked for again because its services share them.")

    def to_representation(self, bundle: Bundle) -> dict[str, Any]:
        """With the parts read once."""
        self.parts = bundle_parts(bundle)
        self.papers = papers_of(self.parts, {}) if self.parts else None
        return super().to_representation(bundle)

    def get_is_offered(self, bundle: Bundle) -> bool:
        """Whether it can be begun."""
        return bool(self.parts)

    @extend_schema_field(BundlePartOut(many=True))
    def get_services(self, bundle: Bundle) -> Any:
        """Its services, in their order."""
        codes = {part.place.key: part.edition.matter.code for part in self.parts}
        return BundlePartOut(self.parts, many=True, context={"codes": codes}).data

    @extend_schema_field(RequirementOut(many=True))
    def get_materials(self, bundle: Bundle) -> Any:
        """The papers, each once."""
        papers = self.papers.papers if self.papers else ()
        return RequirementOut(papers, many=True).data

    def get_papers_saved(self, bundle: Bundle) -> int:
        """How many."""
        return self.papers.saved if self.papers else 0


class StatusMatterOut(Output):
    """A matter of a case, as anyone who holds the reference may see it."""

    name = s.CharField(source="edition.name")
    state = s.CharField()
    promised_due_on = s.DateField(allow_null=True)


class StatusOut(Output):
    """How a case stands; nothing personal."""

    reference = s.CharField()
    state = s.CharField()
    submitted_at = s.DateTimeField()
    acceptance_due_on = s.DateField(allow_null=True)
    accepted_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    department = s.CharField(source="organisation.name")
    matters = StatusMatterOut(many=True, source="matters.all")
