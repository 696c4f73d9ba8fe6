"""Inputs that are made to keep a reader busy, to fill its memory, or to write where they should not."""
