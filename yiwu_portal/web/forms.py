"""How forms look in this house."""

from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    """Fields drawn by our own component templates."""
