"""A plugin of pytest: laws are held to few histories, where only the form of a passing test is shown."""

from hypothesis import settings

settings.register_profile("few histories", max_examples=20)
settings.load_profile("few histories")
