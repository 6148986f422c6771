"""Pages and fragments, by whom they serve."""
