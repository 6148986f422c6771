"""Pure computation of the programme: no database, no request."""
