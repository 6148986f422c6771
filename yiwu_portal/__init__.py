"""Yiwu Portal: one stop for foreign-related services."""

from yiwu_portal.celery import app as celery_app

__all__ = ["celery_app"]
