"""How forms look in this house; fields may carry `zh` (the Chinese term) and `counter` (most characters)."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    """Fields drawn by our own component templates: `{{ form }}`, `{{ form.as_div }}`, `{{ field.as_field_group }}`."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"


class CameraInput(forms.FileInput):
    """A file or a photograph taken now; shown before it is sent."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, camera: bool = True) -> None:
        given = {"accept": "image/jpeg,image/png,image/heic,application/pdf"}
        if camera:
            given["capture"] = "environment"
        super().__init__(given | (attrs or {}))
