"""What the calendar page is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CalendarYearForm(forms.Form):
    """Which year to show."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
