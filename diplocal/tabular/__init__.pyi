# What `diplocal.tabular` offers; each name is loaded when it is first used.

from .answers import flat, rows, schemas, to_csv, to_frame

__all__ = ["flat", "rows", "schemas", "to_csv", "to_frame"]
