"""Base page, components, forms, error pages and static files of the portal."""
