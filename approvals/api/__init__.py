"""The programme for programs: small classes that ask the same queries and call the same actions as the pages."""
