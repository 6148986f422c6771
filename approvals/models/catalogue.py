"""The catalogue: matters and their dated editions; a case stays on its edition (R31, R44-R47)."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from yiwu_portal.lifecycle.service import DeclaredMoves

SHOWN = "('published', 'superseded')"  # the states in which an edition no longer changes


def part_of_edition_stays(name: str) -> pgtrigger.Trigger:
    """Refuse, in the database itself, any change of a part of an edition that was published."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT 1 FROM approvals_matteredition
                WHERE id IN (NEW.edition_id, OLD.edition_id) AND state IN ('published', 'superseded')
            ) THEN
                RAISE EXCEPTION 'a published edition does not change; make a new one';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


class Unit(models.TextChoices):
    """The unit of a time limit; a number without one is no limit."""

    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("calendar days")
    MONTH = "month", _("months")


class Matter(models.Model):
    """A matter to be handled (事项), known by its own code `<DEPT>-<nn>`; official codes stay empty until given."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    catalog_code = models.CharField(_("basic code (基本编码)"), max_length=12, blank=True)
    task_code = models.CharField(_("implementation code (实施编码)"), max_length=36, blank=True)
    is_reconstruction = models.BooleanField(_("reconstructed from public law, not an official text"), default=True)

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class MatterEdition(models.Model):
    """One dated edition of a matter's guide (实施清单); immutable once published."""

    class State(models.TextChoices):
        CONCEPT = "concept", _("concept")
        REVIEWED = "reviewed", _("reviewed")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    class Type(models.TextChoices):
        """National two-digit types of matters handled on application (事项类型)."""

        LICENCE = "01", _("administrative licence")
        BENEFIT = "05", _("administrative benefit")
        CONFIRMATION = "07", _("administrative confirmation")
        AWARD = "08", _("administrative award")
        ADJUDICATION = "09", _("administrative adjudication")
        OTHER = "10", _("other administrative power")
        SERVICE = "20", _("public service")

    class Audience(models.TextChoices):
        PERSON = "person", _("persons")
        ENTERPRISE = "enterprise", _("enterprises")
        BOTH = "both", _("persons and enterprises")

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    state = FSMField(_("state"), choices=State.choices, default=State.CONCEPT, protected=True)
    effective_on = models.DateField(_("in force from"))
    digest = models.CharField(_("fingerprint of the source file"), max_length=64, blank=True)

    type = models.CharField(_("type"), max_length=2, choices=Type.choices)
    audience = models.CharField(_("for whom"), max_length=12, choices=Audience.choices)
    statutory_amount = models.PositiveSmallIntegerField(_("statutory limit (法定时限)"), null=True, blank=True)
    statutory_unit = models.CharField(max_length=16, choices=Unit.choices, blank=True)
    promised_amount = models.PositiveSmallIntegerField(_("promised limit (承诺时限)"))
    promised_unit = models.CharField(max_length=16, choices=Unit.choices, default=Unit.WORKING_DAY)
    visits = models.PositiveSmallIntegerField(_("visits in person"))
    is_online = models.BooleanField(_("can be applied for online"), default=True)
    is_express = models.BooleanField(_("result can be sent by express"), default=True)
    fee_fen = models.PositiveIntegerField(_("fee, in fen (0.01 CNY)"), default=0)
    result_validity_days = models.PositiveIntegerField(_("days the result is valid"), null=True, blank=True)
    result_prefix = models.CharField(_("prefix of the result's number"), max_length=12)
    gives = models.JSONField(
        _("what the result gives later matters"),
        default=dict,
        blank=True,
        help_text=_("{evidence_type: the paper the result is, answers: {question: what of the result answers it}}"),
    )
    phone = models.CharField(_("telephone for questions"), max_length=40)
    complaint_phone = models.CharField(_("telephone for complaints"), max_length=40)
    email = models.EmailField(_("e-mail for questions"), blank=True)

    # translated
    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"))
    conditions = models.TextField(_("conditions of acceptance, one a line"))
    process = models.TextField(_("what happens, one step a line"))
    visit_reason = models.TextField(_("why a visit is needed"), blank=True)
    result_name = models.CharField(_("what you receive"), max_length=200)
    fee_note = models.TextField(_("about the fee"), blank=True)
    place = models.TextField(_("place and hours"))
    remedies = models.TextField(_("remedies (救济途径)"))
    keywords = models.TextField(_("other words people use"), blank=True)

    form = models.JSONField(_("form definition, texts by language"), default=dict)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("edition of a matter")
        verbose_name_plural = _("editions of matters")
        ordering = ["matter__code", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="matter_edition_number"),
            models.UniqueConstraint(
                fields=["matter"], condition=models.Q(state="published"), name="matter_edition_one_published"
            ),
            models.CheckConstraint(
                condition=models.Q(statutory_amount__isnull=True) | ~models.Q(statutory_unit=""),
                name="matter_edition_limit_has_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(statutory_amount__isnull=True)
                | ~models.Q(statutory_unit=models.F("promised_unit"))
                | models.Q(promised_amount__lte=models.F("statutory_amount")),
                name="matter_edition_promise_within_law",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="edition_published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    f"OLD.state IN {SHOWN} AND to_jsonb(OLD) - 'state' IS DISTINCT FROM to_jsonb(NEW) - 'state'"
                ),
            ),
            pgtrigger.Protect(
                name="edition_published_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition(f"OLD.state IN {SHOWN}"),
            ),
            DeclaredMoves(name="edition_state_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.matter.code} v{self.number}"

    @transition(field=state, source=State.CONCEPT, target=State.REVIEWED)
    def review(self) -> None:
        """Another pair of eyes has read it."""

    @transition(field=state, source=State.REVIEWED, target=State.PUBLISHED)
    def publish(self) -> None:
        """In force from its date; nothing in it changes any more."""

    @transition(field=state, source=State.PUBLISHED, target=State.SUPERSEDED)
    def supersede(self) -> None:
        """A later edition took its place; cases begun on it stay on it."""


class MaterialRequirement(models.Model):
    """A material (申请材料) the edition asks for, of a type shared by all matters."""

    class Necessity(models.TextChoices):
        NEEDED = "needed", _("needed")
        CONDITIONAL = "conditional", _("needed in some cases")
        LATER = "later", _("may follow later (容缺后补)")

    class Form(models.TextChoices):
        ORIGINAL = "original", _("original, shown or photographed")
        ELECTRONIC = "electronic", _("electronic file")

    class Source(models.TextChoices):
        APPLICANT = "applicant", _("from you")
        GOVERNMENT = "government", _("issued by a public body")
        SHARED = "shared", _("already with us; not asked for")

    edition = models.ForeignKey(MatterEdition, models.CASCADE, related_name="materials")
    evidence_type = models.ForeignKey("people.EvidenceType", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    necessity = models.CharField(max_length=12, choices=Necessity.choices, default=Necessity.NEEDED)
    form = models.CharField(max_length=12, choices=Form.choices, default=Form.ELECTRONIC)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.APPLICANT)
    copies = models.PositiveSmallIntegerField(_("paper copies asked for"), default=0)
    when = models.JSONField(_("asked for when an answer is so"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    guidance = models.TextField(_("what a good one looks like"), blank=True)
    acceptance_standard = models.TextField(_("what the window checks"), blank=True)

    class Meta:
        verbose_name = _("required material")
        verbose_name_plural = _("required materials")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["edition", "evidence_type"], name="material_type_once")]
        triggers = [part_of_edition_stays("material_stays")]

    def __str__(self) -> str:
        return self.name


class RouteStep(models.Model):
    """A step of the route: which department does what, after which other steps, within how many days."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("review")
        DECISION = "decision", _("decision")

    edition = models.ForeignKey(MatterEdition, models.CASCADE, related_name="steps")
    organisation = models.ForeignKey("centre.Organisation", models.PROTECT, related_name="+")
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DECISION)
    days = models.PositiveSmallIntegerField(_("working days of this step"))
    signatures = models.PositiveSmallIntegerField(_("signatures a decision needs"), default=1)
    depends_on = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="dependants")
    materials = models.ManyToManyField(MaterialRequirement, blank=True, related_name="steps")
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        verbose_name = _("step of the route")
        verbose_name_plural = _("steps of the route")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="route_step_code")]
        triggers = [part_of_edition_stays("route_step_stays")]

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """A legal basis (设定依据) of the edition: law and article."""

    edition = models.ForeignKey(MatterEdition, models.CASCADE, related_name="legal_bases")
    order = models.PositiveSmallIntegerField(default=0)
    law = models.CharField(_("law"), max_length=200)
    article = models.CharField(_("article"), max_length=80)
    is_checked = models.BooleanField(_("article read in the text of the law"), default=False)
    gist = models.TextField(_("what it says, in our words"), blank=True)

    class Meta:
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")
        ordering = ["order", "id"]
        triggers = [part_of_edition_stays("legal_basis_stays")]

    def __str__(self) -> str:
        return f"{self.law} {self.article}"


class FrequentQuestion(models.Model):
    """A question people often ask about the matter (常见问题)."""

    edition = models.ForeignKey(MatterEdition, models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(default=0)
    question = models.CharField(_("question"), max_length=300)
    answer = models.TextField(_("answer"))

    class Meta:
        verbose_name = _("frequent question")
        verbose_name_plural = _("frequent questions")
        ordering = ["order", "id"]
        triggers = [part_of_edition_stays("question_stays")]

    def __str__(self) -> str:
        return self.question


class StandardReason(models.Model):
    """A reason a clerk or officer chooses, translated already: nobody is refused in a language she cannot read."""

    class Use(models.TextChoices):
        CORRECTION = "correction", _("a material is deficient")
        NOT_ACCEPTED = "not_accepted", _("not accepted")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    code = models.SlugField(max_length=40, unique=True)
    use = models.CharField(max_length=16, choices=Use.choices)
    order = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("text"))
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("standard reason")
        verbose_name_plural = _("standard reasons")
        ordering = ["use", "order", "code"]

    def __str__(self) -> str:
        return self.text


class MatterText(models.Model):
    """The searchable words of a published edition in one language; Chinese as bigrams (see the decision record)."""

    edition = models.ForeignKey(MatterEdition, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    vector = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "language"], name="matter_text_language")]
        indexes = [GinIndex(fields=["vector"], name="matter_text_vector")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.language}"
