"""The door of the API: what the programmes build their operations from."""

from yiwu_portal.api.actions import call_send, calls_sweep, client_make, client_stop, event_tell
from yiwu_portal.api.fields import Choice, Day, Input, Nothing, Output, PageQuery, Text
from yiwu_portal.api.operations import Listing, Read, Write
from yiwu_portal.api.paging import Cursors
from yiwu_portal.api.problems import Problem
from yiwu_portal.api.public import PublicRead

__all__ = [
    "Choice",
    "Cursors",
    "Day",
    "Input",
    "Listing",
    "Nothing",
    "Output",
    "PageQuery",
    "Problem",
    "PublicRead",
    "Read",
    "Text",
    "Write",
    "call_send",
    "calls_sweep",
    "client_make",
    "client_stop",
    "event_tell",
]
