"""Work of documents done by workers."""

import logging

log = logging.getLogger(__name__)
