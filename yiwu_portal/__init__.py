"""Yiwu Portal: one stop for foreign-related services.

The Celery application is `yiwu_portal.celery`, where `celery -A yiwu_portal` finds it by itself: a web process loads it
when it first has something to tell a worker, not before.
"""
