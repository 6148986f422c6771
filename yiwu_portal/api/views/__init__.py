"""The portal's own operations: the contract, OAuth2, tokens."""
