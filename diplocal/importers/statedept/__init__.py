"""Visits by foreign leaders to the United States since 1874, as the Department of State publishes them in XML.

The list comes as a folder of files, published anew every so often: a *snapshot*. ``rows`` reads the files;
``visitors``, ``countries``, ``levels`` and ``stays`` say what a row's texts mean; ``matching`` pairs the rows of a
snapshot with what a log already holds.

**Invariant:** only ``importer`` has seen a log, and nothing trusts the list's record ids: they have been used again for
other records.
"""
