"""Django's name for this programme."""

from django.apps import AppConfig


class MerchantCardsConfig(AppConfig):
    """The programme merchant cards."""

    name = "merchant_cards"
