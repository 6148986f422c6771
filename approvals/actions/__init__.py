"""The verbs of the programme: the only code that writes.

Locks are taken in one order: the case, then its matters, then its tasks, ids ascending.
"""
