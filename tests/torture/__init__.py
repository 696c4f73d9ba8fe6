"""Torments logs: run ``python -m tests.torture`` at the top of a checkout."""
