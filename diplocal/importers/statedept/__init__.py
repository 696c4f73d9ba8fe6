"""Visits of foreign leaders to the United States, and of its own abroad, as the Department of State lists them.

Each list comes as a folder of XML files, published anew every so often: a *snapshot*. ``rows`` and ``trips`` read them;
``visitors``, ``countries``, ``levels`` and ``stays`` say what a row's texts mean; ``matching`` pairs the rows of a
snapshot with what a log already holds.

**Invariant:** only ``importer`` has seen a log, and nothing trusts the list's record ids: they have been used again for
other records.
"""
