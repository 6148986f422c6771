"""The registry programmes plug into."""
