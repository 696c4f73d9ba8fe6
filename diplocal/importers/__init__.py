"""Published lists become events: one package or module for each kind of source.

Importers need the extra ``importers``: ``pip install "diplocal[importers]"``.
"""
