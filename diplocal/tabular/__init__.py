"""Answers to take along: rows as plain dictionaries, CSV, data frames, and the JSON Schema of what commands write.

shapes -> engagements, measures -> answers
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
