# What `diplocal.tabular` offers; each name is loaded when it is first used.

from .answers import flat, rows, schemas, to_csv, to_frame, to_parquet
from .followthemoney import entities, to_followthemoney
from .sheets import to_sheet

__all__ = ["entities", "flat", "rows", "schemas", "to_csv", "to_followthemoney", "to_frame", "to_parquet", "to_sheet"]
