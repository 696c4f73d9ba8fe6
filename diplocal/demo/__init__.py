"""A log to play with: a news report of 18 September 2023 with what became of it, and visits to the United States."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
