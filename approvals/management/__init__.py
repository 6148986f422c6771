"""Commands of the programme."""
