"""Reports become records, records an understanding, an understanding answers and calendars.

events -> store -> engagements -> projections -> calendars; replaying folds a store to an answer
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
