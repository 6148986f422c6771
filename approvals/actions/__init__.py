"""The verbs of the programme: the only code that writes."""
