"""Invented work: a small town for the demonstration, and as many cases as a measurement needs."""

from approvals.actions.demo.simulation import simulate
from approvals.actions.demo.town import demo_load

__all__ = ["demo_load", "simulate"]
