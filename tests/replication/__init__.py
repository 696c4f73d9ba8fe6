"""A primary with two standbys, as real processes: killed, promoted, fenced, and what everybody sees of it."""
