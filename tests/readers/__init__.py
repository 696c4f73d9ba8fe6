"""Real programs read our feeds, each in a process of its own."""
