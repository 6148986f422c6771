"""The reads of the programme: every one knows who asks."""
