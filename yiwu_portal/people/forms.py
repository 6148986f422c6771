"""What is asked of a person about herself, her passport and her papers. Forms check; they never save."""

import re
import unicodedata
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries.fields import CountryField
from phonenumber_field.formfields import PhoneNumberField

from yiwu_portal.people.models import Person
from yiwu_portal.people.queries import evidence_types
from yiwu_portal.people.rules import Mrz, MrzProblem, ascii_plain, mrz_read, number_normal

LATIN_ATTRS = {
    "dir": "ltr",
    "class": "code",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "autocomplete": "off",
}
MANDATE_AT_MOST = timedelta(days=3 * 366)
MRZ_ATTRS = {**LATIN_ATTRS, "rows": 3, "cols": 46}


class DayField(forms.DateField):
    """A day, from the browser's own picker or typed: year, month, day, with whatever stands between them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Digits of any script, `2031-05-09`, `2031.5.9`, `2031年5月9日` and `20310509` are one day."""
        if isinstance(value, str):
            parts = re.findall(r"\d+", ascii_plain(value))
            if len(parts) == 1 and len(parts[0]) == 8:
                parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
            if len(parts) == 3 and len(parts[0]) == 4:
                value = "-".join(parts)
        return super().to_python(value)


class MrzField(forms.CharField):
    """The machine-readable lines of a passport, read into an `Mrz`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("The two lines at the foot of the passport page"),
            help_text=gettext_lazy("Type or paste both lines with their < signs. Spaces and small letters do no harm."),
            widget=forms.Textarea(attrs=MRZ_ATTRS),
            max_length=400,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        """The zone, or None when the field was left empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return mrz_read(text, today=timezone.localdate())
        except MrzProblem as problem:
            raise ValidationError(
                [" ".join(part for part in (flaw.text, flaw.hint) if part) for flaw in problem.flaws]
            ) from problem


class MrzForm(forms.Form):
    """Reads the two lines, to fill other forms."""

    mrz = MrzField()

    def details(self) -> dict[str, Any]:
        """What the lines say of the person, for `PersonForm`."""
        mrz: Mrz = self.cleaned_data["mrz"]
        said = {
            "surname": mrz.surname,
            "given_names": mrz.given_names,
            "birth_on": mrz.birth_on,
            "sex": mrz.sex,
            "nationality": mrz.nationality_country,
        }
        return {name: value for name, value in said.items() if value}


class PersonForm(forms.ModelForm):
    """Who a person is, as her passport says, and where she is reached."""

    birth_on = DayField(label=gettext_lazy("Date of birth"))
    phone = PhoneNumberField(
        label=gettext_lazy("Telephone"),
        region="CN",
        required=False,
        help_text=gettext_lazy("With the country code, such as +20; a Chinese number without one is fine."),
    )

    class Meta:
        model = Person
        fields = ("surname", "given_names", "native_name", "birth_on", "sex", "nationality", "phone", "address")
        help_texts: ClassVar[dict[str, Any]] = {
            "surname": gettext_lazy("In Latin letters, as in the lines at the foot of the passport page."),
            "given_names": gettext_lazy("All of them. Leave empty if the passport gives none."),
            "native_name": gettext_lazy("In Arabic, Cyrillic, Chinese or another script, if your name has one."),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "surname": forms.TextInput(attrs={"dir": "ltr", "autocomplete": "family-name"}),
            "given_names": forms.TextInput(attrs={"dir": "ltr", "autocomplete": "given-name"}),
            "native_name": forms.TextInput(attrs={"dir": "auto"}),
            "address": forms.TextInput(attrs={"dir": "auto", "autocomplete": "street-address"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("surname", "nationality", "sex"):
            self.fields[name].required = True

    def clean_surname(self) -> str:
        """In the letters of the passport's lines."""
        return _latin(self.cleaned_data["surname"])

    def clean_given_names(self) -> str:
        """In the letters of the passport's lines."""
        return _latin(self.cleaned_data["given_names"])

    def clean_birth_on(self) -> date:
        """A day somebody alive can have been born on."""
        day: date = self.cleaned_data["birth_on"]
        today = timezone.localdate()
        if day > today:
            raise ValidationError(_("This day is still to come. Give the date of birth in your passport."))
        if day.year < today.year - 120:
            raise ValidationError(_("This is more than 120 years ago. Compare the year with your passport."))
        return day


class TravelDocumentForm(forms.Form):
    """A passport, by its two lines or field by field."""

    mrz = MrzField(required=False)
    number = forms.CharField(
        label=gettext_lazy("Passport number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=LATIN_ATTRS),
    )
    issuing_country = CountryField(blank=True).formfield(label=gettext_lazy("Issued by"), required=False)
    expires_on = DayField(label=gettext_lazy("Last day it is good"), required=False)

    def clean_number(self) -> str:
        """In its one spelling; a letter of another alphabet is said, not swallowed."""
        typed = self.cleaned_data["number"]
        strange = next((c for c in ascii_plain(typed) if c.isalpha() and not c.isascii()), "")
        if strange:
            text = _("%(letter)s is not a Latin letter. Type the number in Latin letters and digits.")
            raise ValidationError(text % {"letter": strange})
        number = number_normal(typed)
        if typed and not 5 <= len(number) <= 20:
            raise ValidationError(_("A passport number has 5 to 20 letters and digits. Compare it with the passport."))
        return number

    def clean_expires_on(self) -> date | None:
        """A passport one can still travel with."""
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This passport has expired. Add the one you travel with now."))
        return day

    def clean(self) -> dict[str, Any]:
        """Let the lines fill what was left empty, and say where they and the fields disagree."""
        data = super().clean() or self.cleaned_data
        for name, said in self.said().items():
            if name in self.errors:
                continue
            if not data.get(name):
                data[name] = said
                self._check_said(name)
            elif data[name] != said:
                self.add_error(name, _("The two lines say otherwise. Compare both with your passport."))
        for name in ("number", "issuing_country", "expires_on"):
            if name not in self.errors and "mrz" not in self.errors and not data.get(name):
                self.add_error(name, _("Fill this in, or type the two lines above."))
        return data

    def said(self) -> dict[str, Any]:
        """What the lines say of the passport itself."""
        mrz: Mrz | None = self.cleaned_data.get("mrz")
        if mrz is None:
            return {}
        said = {"number": mrz.number, "issuing_country": mrz.issuing_country, "expires_on": mrz.expires_on}
        return {name: value for name, value in said.items() if value}

    def _check_said(self, name: str) -> None:
        if name == "expires_on":
            try:
                self.clean_expires_on()
            except ValidationError as error:
                self.add_error("mrz", error)


class EvidenceForm(forms.Form):
    """One paper for the library: a file, or a picture the phone takes now."""

    type: Any = forms.ModelChoiceField(
        label=gettext_lazy("What is it?"),
        queryset=None,
        to_field_name="code",
        empty_label=gettext_lazy("Choose"),
    )
    file = forms.FileField(
        label=gettext_lazy("The paper"),
        help_text=gettext_lazy("A photo (JPEG, PNG) or a PDF of at most 10 MB. A phone may take the photo now."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
    expires_on = DayField(
        label=gettext_lazy("Last day it is good"),
        required=False,
        help_text=gettext_lazy("If a date is printed on it. Leave empty if there is none."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = evidence_types().order_by("name")  # type: ignore[attr-defined]

    def clean_expires_on(self) -> date | None:
        """A paper that can still be used."""
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This paper has expired; no office will take it. Add one that is still good."))
        return day


def _latin(name: str) -> str:
    """The name with single spaces; raises `ValidationError` for letters no passport's lines can hold."""
    name = " ".join(name.split())
    if any(c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in name):
        raise ValidationError(_("Write this name in Latin letters. The field below takes it in its own script."))
    if strange := next((c for c in name if not c.isalpha() and not unicodedata.combining(c) and c not in " -'’.,"), ""):
        raise ValidationError(_("A name cannot hold %(character)s.") % {"character": strange})
    return name


class MandateGiveForm(forms.Form):
    """Who may act for her, and when."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address with which the person signs in here"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        """Not for the past, in order, and for no more than three years."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and first < timezone.localdate():
            self.add_error("starts_on", _("A mandate begins today at the earliest."))
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        elif first and last and last - first > MANDATE_AT_MOST:
            self.add_error("ends_on", _("A mandate runs for three years at most; give a new one then."))
        return cleaned
