"""Reports become records, records an understanding, an understanding answers and calendars.

events -> store -> replay -> engagements, projections -> calendars -> cli
"""

__version__ = "0.1.0"
