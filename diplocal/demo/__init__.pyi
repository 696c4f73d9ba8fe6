# What `diplocal.demo` offers; each name is loaded when it is first used.

from . import article

__all__ = ["article"]
