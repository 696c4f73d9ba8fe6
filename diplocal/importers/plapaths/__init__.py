"""Tracks of Chinese and Russian ships and aircraft around Japan, as the PLA Path Database lists them in CSV.

Each row is one line or shape on a map of one press release of Japan's Joint Staff. ``tracks`` reads rows, ``voyages``
says which tracks are one patrol, and ``importer`` brings a log up to the file.

**Invariant:** only ``importer`` has seen a log.
"""
