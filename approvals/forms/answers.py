"""A step of a form definition as a Django form."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries
from phonenumber_field.formfields import PhoneNumberField
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from approvals.rules.questions import is_asked, text

CHOOSE = ("", gettext_lazy("Choose one"))


class CaseAnswerForm(forms.Form):
    """The questions of one step, in the language of the page."""

    def __init__(
        self, *args: Any, step: Mapping[str, Any], language: str, answers: Mapping[str, Any], **kw: Any
    ) -> None:
        self.step, self.answers_before = step, dict(answers)
        initial = {field["key"]: _python(field, answers.get(field["key"])) for field in step["fields"]}
        super().__init__(*args, **{**kw, "initial": initial})
        for field in step["fields"]:
            made = _MAKERS[field["type"]](field, language)
            made.label, made.help_text = text(field["label"], language), text(field.get("hint"), language)
            made.required = field.get("required", True) and "when" not in field
            self.fields[field["key"]] = made

    def clean(self) -> dict[str, Any]:
        """Ask for what became necessary by another answer; forget what fell away."""
        cleaned = super().clean() or {}
        together = {**self.answers_before, **self._plain(cleaned)}
        for field in self.step["fields"]:
            key = field["key"]
            if not is_asked(field, together):
                cleaned.pop(key, None)
                self.errors.pop(key, None)
            elif (
                "when" in field
                and field.get("required", True)
                and cleaned.get(key) in (None, "")
                and (key not in self.errors)
            ):
                self.add_error(key, self.fields[key].error_messages["required"])
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The valid answers as they are stored: plain JSON values; an emptied optional answer is None."""
        return {field["key"]: None for field in self.step["fields"]} | self._plain(self.cleaned_data)

    @staticmethod
    def _plain(cleaned: Mapping[str, Any]) -> dict[str, Any]:
        return {key: _json(value) for key, value in cleaned.items()}


def answer_shown(  # noqa: PLR0911 - one return a type, read in order
    field: Mapping[str, Any], value: Any, language: str
) -> str:
    """An answer as a reader of that language expects it."""
    if value in (None, ""):
        return "–"
    kind = field["type"]
    if kind == "choice":
        return next((text(c["label"], language) for c in field["choices"] if c["value"] == value), str(value))
    if kind == "yesno":
        return _("Yes") if value == "yes" else _("No")
    if kind == "date":
        return date_format(parse_date(value) or date.min, "DATE_FORMAT")
    if kind == "country":
        return countries.name(value)
    if kind in ("number", "money"):
        return number_format(Decimal(str(value)), use_l10n=True, force_grouping=True) + (" CNY" * (kind == "money"))
    return str(value)


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return value
    return str(value)


def _python(field: Mapping[str, Any], value: Any) -> Any:
    return parse_date(value) if field["type"] == "date" and isinstance(value, str) else value


def _bound(limit: Any) -> Any:
    return timezone.localdate() if limit == "today" else parse_date(limit)


def _text(field: Mapping[str, Any], language: str) -> forms.Field:
    made = forms.CharField(max_length=field.get("max_length", 200))
    if field.get("pattern"):
        made.validators.append(RegexValidator(field["pattern"], _("This does not have the expected form.")))
    return made


def _textarea(field: Mapping[str, Any], language: str) -> forms.Field:
    return forms.CharField(max_length=field.get("max_length", 1000), widget=forms.Textarea(attrs={"rows": 4}))


def _choice(field: Mapping[str, Any], language: str) -> forms.Field:
    choices = [(choice["value"], text(choice["label"], language)) for choice in field["choices"]]
    if len(choices) <= 6:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[CHOOSE, *choices])


def _yesno(field: Mapping[str, Any], language: str) -> forms.Field:
    return forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect)


def _date(field: Mapping[str, Any], language: str) -> forms.Field:
    made = forms.DateField(
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    low, high = field.get("min"), field.get("max")

    def within(value: date) -> None:
        if low and value < _bound(low):
            raise ValidationError(_("Enter %(day)s or later.") % {"day": date_format(_bound(low))})
        if high and value > _bound(high):
            raise ValidationError(_("Enter %(day)s or earlier.") % {"day": date_format(_bound(high))})

    made.validators.append(within)
    return made


def _number(field: Mapping[str, Any], language: str) -> forms.Field:
    return forms.IntegerField(
        min_value=field.get("min"), max_value=field.get("max"), widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )


def _money(field: Mapping[str, Any], language: str) -> forms.Field:
    return forms.DecimalField(
        min_value=Decimal(str(field.get("min", 0))),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"}),
    )


def _phone(field: Mapping[str, Any], language: str) -> forms.Field:
    return PhoneNumberField(region="CN", widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr"}))


def _email(field: Mapping[str, Any], language: str) -> forms.Field:
    return forms.EmailField(widget=forms.EmailInput(attrs={"dir": "ltr"}))


def _country(field: Mapping[str, Any], language: str) -> forms.Field:
    return forms.ChoiceField(choices=[CHOOSE, *countries])


def _credit_code(field: Mapping[str, Any], language: str) -> forms.Field:
    made = forms.CharField(max_length=24, widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters"}))

    def checked(value: str) -> None:
        try:
            uscc.validate(value)
        except NumberError as error:
            raise ValidationError(
                _("This is not a valid credit code: 18 letters and digits, the last one checks the others.")
            ) from error

    made.validators.append(checked)
    made.to_python = lambda value: uscc.compact(value or "").upper()  # type: ignore[method-assign]
    return made


_MAKERS: dict[str, Callable[[Mapping[str, Any], str], forms.Field]] = {
    "text": _text,
    "textarea": _textarea,
    "choice": _choice,
    "yesno": _yesno,
    "date": _date,
    "number": _number,
    "money": _money,
    "phone": _phone,
    "email": _email,
    "country": _country,
    "credit_code": _credit_code,
}
