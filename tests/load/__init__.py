"""A server under load and abuse: subscribers and writers side by side, and requests that no program should send."""
