"""Users, passwords, tokens, API keys, roles and rate limits."""
