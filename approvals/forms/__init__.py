"""What is asked on the pages; forms validate, they never save."""
