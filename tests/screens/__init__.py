"""Every page in Chromium, on a phone and on a desk, light and dark, in every language: ``python -m tests.screens``."""
