"""Answers: pure folds of the log. One file for each that is built in."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
