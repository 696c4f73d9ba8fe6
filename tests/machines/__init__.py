"""A log folded by several processes, of which one is lost."""
