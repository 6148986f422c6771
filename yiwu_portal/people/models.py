"""Persons, their successive travel documents, enterprises, mandates and the evidence library (R10, R46, R121)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.db.models.lookups import StartsWith
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from encrypted_fields.fields import EncryptedCharField

from yiwu_portal.people.rules import mask_number, name_shown


class PhoneValue:
    """The attribute: text as it came from the database, read as a number when somebody first looks at it."""

    def __init__(self, field: "PhoneField") -> None:
        self.field = field

    def __get__(self, row: Any, owner: Any) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if type(value) is str and value:
            value = row.__dict__[name] = self.field.to_python(value)
        return value

    def __set__(self, row: Any, value: Any) -> None:
        row.__dict__[self.field.attname] = value


def phone_validate(value: Any) -> None:
    """Raise `ValidationError` for what is no telephone number anywhere."""
    from phonenumber_field.validators import validate_international_phonenumber

    validate_international_phonenumber(value)


class PhoneField(models.CharField):
    """A telephone number, `PhoneNumber` to whoever reads it, E.164 in the database.

    The field of phonenumber_field, but for when its work is done: that one loads every numbering plan with the models,
    a fifth of our start, and takes each number apart with its row, though few pages show it.
    """

    default_validators = (phone_validate,)  # type: ignore[assignment]

    def __init__(self, *args: Any, region: str | None = None, **more: Any) -> None:
        self.region = region
        super().__init__(*args, **{"max_length": 128, **more})

    def contribute_to_class(self, cls: Any, name: str, *args: Any, **more: Any) -> None:
        """Put the attribute that waits in its place."""
        super().contribute_to_class(cls, name, *args, **more)
        setattr(cls, self.attname, PhoneValue(self))

    def deconstruct(self) -> Any:
        """As the field it stands for: migrations know no other."""
        name, _path, args, more = super().deconstruct()
        return name, "phonenumber_field.modelfields.PhoneNumberField", args, {**more, "region": self.region}

    def to_python(self, value: Any) -> Any:
        """The number, valid or not; empty stays empty."""
        if not value:
            return value
        from phonenumber_field.phonenumber import to_python

        return to_python(value, region=self.region)

    def get_prep_value(self, value: Any) -> Any:
        """E.164, or what was typed when it is no number."""
        number = super().get_prep_value(value)
        if not number:
            return number
        return number.as_e164 if number.is_valid() else number.raw_input

    def formfield(self, **more: Any) -> Any:
        """The form field of the package."""
        from phonenumber_field.formfields import PhoneNumberField

        return super().formfield(**{"form_class": PhoneNumberField, "region": self.region, **more})


class Person(models.Model):
    """A human being, one row a life; what she holds changes, she does not."""

    class Sex(models.TextChoices):
        FEMALE = "F", _("F (female)")
        MALE = "M", _("M (male)")
        UNSPECIFIED = "X", _("X (unspecified)")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="person")
    surname = models.CharField(_("surname, as in the passport"), max_length=80, blank=True)
    given_names = models.CharField(_("given names, as in the passport"), max_length=120, blank=True)
    native_name = models.CharField(_("name in its own script"), max_length=160, blank=True)
    birth_on = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex, as in the passport"), max_length=1, choices=Sex.choices, blank=True)
    nationality = CountryField(_("nationality"), blank=True)
    phone = PhoneField(_("telephone"), blank=True)
    address = models.CharField(_("address in Yiwu"), max_length=300, blank=True)
    is_demo = models.BooleanField(_("invented for the demonstration"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return f"{self.given_names} {self.surname}".strip() or f"#{self.pk}"

    @property
    def name_shown(self) -> str:
        """Her name as pages in the language of this moment show it."""
        return name_shown(
            surname=self.surname,
            given_names=self.given_names,
            native_name=self.native_name,
            language=get_language() or settings.LANGUAGE_CODE,
        )


class TravelDocument(models.Model):
    """A passport or other travel document (ICAO 9303); many over a life, one person (R121, R124).

    The number is encrypted; `number_index` is its keyed hash, by which a number typed or read at a counter finds it.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="travel_documents")
    number = EncryptedCharField(_("document number"), max_length=20)
    number_index = models.CharField(max_length=64, db_index=True, editable=False)
    issuing_country = CountryField(_("issuing country"))
    expires_on = models.DateField(_("expires"))
    is_current = models.BooleanField(_("in use"), default=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("travel document")
        verbose_name_plural = _("travel documents")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(is_current=True), name="travel_document_one_current"
            ),
            models.UniqueConstraint(fields=["person", "number_index"], name="travel_document_once_a_person"),
            # the database itself refuses a number in plain text: Fernet's tokens begin with their version
            models.CheckConstraint(
                condition=StartsWith(Cast("number", models.TextField()), models.Value("gAAAA")),
                name="travel_document_number_encrypted",
            ),
            models.CheckConstraint(
                condition=models.Q(number_index__regex="^[0-9a-f]{64}$"), name="travel_document_index_is_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuing_country} {self.masked}"

    @property
    def masked(self) -> str:
        """The number as lists show it: first two and last two characters."""
        return mask_number(self.number)


class Enterprise(models.Model):
    """An enterprise, by its unified social credit code (统一社会信用代码, GB 32100)."""

    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")

    def __str__(self) -> str:
        return self.name


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates, and which of them are alive."""

    def live(self, on: date) -> "MandateQuerySet":
        """Those in force on a day, first and last day included, not revoked."""
        return self.filter(starts_on__lte=on, ends_on__gte=on, revoked_at__isnull=True)


class Mandate(models.Model):
    """A power to act (委托授权) for a person or an enterprise, dated."""

    agent = models.ForeignKey(Person, models.PROTECT, related_name="mandates_held")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="mandates_given")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="mandates")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    evidence = models.ForeignKey("Evidence", models.PROTECT, null=True, blank=True, related_name="mandates")

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) ^ models.Q(enterprise__isnull=True),
                name="mandate_for_exactly_one",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="mandate_dates_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) | ~models.Q(person=models.F("agent")),
                name="mandate_for_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} for {self.person or self.enterprise}"


class EvidenceType(models.Model):
    """A kind of paper, typed once for all matters, so that it is asked for once (CPSV-AP EvidenceType; R46)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    hint = models.TextField(_("how to recognise a good one"), blank=True)
    validity_days = models.PositiveIntegerField(
        _("days it stays good, if the paper has no date"), null=True, blank=True
    )
    is_of_travel_document = models.BooleanField(_("a page of the passport: good only with it"), default=False)

    class Meta:
        verbose_name = _("evidence type")
        verbose_name_plural = _("evidence types")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Papers in libraries, and until when each is good."""

    def kept(self) -> "EvidenceQuerySet":
        """Those not removed, each with `good_until`: its own date, its passport's, what its type allows, or None."""
        by_type = models.ExpressionWrapper(
            TruncDate("added_at") + models.F("type__validity_days"), output_field=models.DateField()
        )
        return self.filter(removed_at__isnull=True).annotate(
            good_until=Coalesce("expires_on", "travel_document__expires_on", by_type)
        )

    def usable(self, on: date) -> "EvidenceQuerySet":
        """Those good on a day; a page of a passport that was replaced since is not."""
        return self.kept().filter(
            models.Q(good_until__isnull=True) | models.Q(good_until__gte=on),
            models.Q(travel_document__isnull=True) | models.Q(travel_document__is_current=True),
        )


class Evidence(models.Model):
    """One paper in a person's library (材料库): given once, used many times, each use counted (R46, R49)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="evidence")
    type = models.ForeignKey(EvidenceType, models.PROTECT, related_name="evidence")
    upload = models.ForeignKey("documents.Upload", models.PROTECT, null=True, blank=True, related_name="+")
    document = models.ForeignKey(
        "documents.IssuedDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by us"),
    )
    travel_document = models.ForeignKey(
        TravelDocument, models.PROTECT, null=True, blank=True, editable=False, related_name="evidence"
    )
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "type", "upload"],
                condition=models.Q(removed_at__isnull=True),
                name="evidence_upload_once",
            ),
            models.UniqueConstraint(
                fields=["person", "type", "document"],
                condition=models.Q(removed_at__isnull=True),
                name="evidence_document_once",
            ),
            models.CheckConstraint(
                condition=models.Q(upload__isnull=True) ^ models.Q(document__isnull=True),
                name="evidence_uploaded_or_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type.code} of {self.person_id}"

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.upload.name if self.upload else f"{self.document.number}.pdf"  # type: ignore[union-attr]

    @property
    def media_type(self) -> str:
        """What kind of file it is."""
        return self.upload.media_type if self.upload else "application/pdf"

    @property
    def sha256(self) -> str:
        """The fingerprint of its file; empty while an issued document has none yet."""
        return self.upload.sha256 if self.upload else self.document.sha256  # type: ignore[union-attr]
