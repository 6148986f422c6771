"""Words of the programme's pages."""
