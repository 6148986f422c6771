"""Input read strictly: a number is no text, an unknown field is an error, so that nothing is set by the way."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from rest_framework import serializers

NO_NUL = r"^[^\x00]*$"


class Text(serializers.CharField):
    """Text, and nothing that merely could be written as one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **options})
        self.validators.append(RegexValidator(NO_NUL))  # as the contract says it too

    def to_internal_value(self, data: Any) -> str:
        """The text; raises for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day as ISO 8601 writes it."""

    def to_internal_value(self, value: Any) -> Any:
        """The day; raises for anything but `YYYY-MM-DD`."""
        if not isinstance(value, str) or len(value) != 10:
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class Choice(serializers.ChoiceField):
    """One of some words."""

    def to_internal_value(self, data: Any) -> Any:
        """The word; raises for anything but text."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class Output(serializers.Serializer):
    """What an operation answers."""


class Input(serializers.Serializer):
    """What an operation takes: these fields and no others."""

    is_closed = True  # the query of an address may carry more: `lang`, or somebody's marks

    def to_internal_value(self, data: Any) -> Any:
        """The fields; raises for one it does not know."""
        if isinstance(data, dict) and self.is_closed and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in sorted(unknown)})
        return super().to_internal_value(data)


class Nothing(Input):
    """An operation that needs nothing said."""


class PageQuery(Input):
    """Which page of a list."""

    is_closed = False

    cursor = Text(required=False, max_length=200, help_text="From `next` or `previous` of another page.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=100, help_text="Rows a page, else 50.")


def page_of(item: type[serializers.BaseSerializer]) -> type[Output]:
    """The answer of a list: one page of `item`, and where the next one is."""
    return type(
        item.__name__.removesuffix("Out") + "PageOut",
        (Output,),
        {
            "__doc__": "One page of a list.",
            "__module__": item.__module__,
            "next": serializers.URLField(allow_null=True, help_text="Address of the next page."),
            "previous": serializers.URLField(allow_null=True, help_text="Address of the page before."),
            "results": item(many=True),
        },
    )
