"""Answers to take along: rows as plain dictionaries, CSV, data frames, and the JSON Schema of what commands write.

shapes -> engagements, measures -> answers
"""

from diplocal.tabular.answers import flat, rows, schemas, to_csv, to_frame

__all__ = ["flat", "rows", "schemas", "to_csv", "to_frame"]
