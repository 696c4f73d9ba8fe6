"""Any text whatever at every door: it is resolved, refused with a message that holds it, or recorded as it was said.

``python -m tests.doors --examples 1000`` tries so many texts at all doors together.
"""
