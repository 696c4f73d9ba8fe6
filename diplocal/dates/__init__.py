"""A date or time as precise as it is known: ``When``, written in EDTF, said in people's words."""

from diplocal.dates.when import Precision, When, intern_when, stored_when

__all__ = ["Precision", "When", "intern_when", "stored_when"]
