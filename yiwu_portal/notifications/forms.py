"""What the notice pages are asked."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwu_portal.programmes.service import notice_kinds

SEPARATOR = " "


class NoticePreferForm(forms.Form):
    """Which optional notices leave the house, and how."""

    wanted = forms.MultipleChoiceField(label=_("Send me these"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, unwanted: set[tuple[str, str]]) -> None:
        titles = {"email": _("by e-mail")}
        choices = {
            f"{name}{SEPARATOR}{channel}": f"{kind.title} ({titles.get(channel, channel)})"
            for name, kind in notice_kinds().items()
            if kind.is_optional
            for channel in kind.channels
        }
        switched_off = {SEPARATOR.join(pair) for pair in unwanted}
        super().__init__(data, initial={"wanted": [value for value in choices if value not in switched_off]})
        wanted = cast("forms.MultipleChoiceField", self.fields["wanted"])
        wanted.choices = list(choices.items())

    @property
    def chosen(self) -> set[tuple[str, str]]:
        """The chosen (kind, channel) pairs."""
        pairs = (value.split(SEPARATOR) for value in self.cleaned_data["wanted"])
        return {(kind, channel) for kind, channel in pairs}
