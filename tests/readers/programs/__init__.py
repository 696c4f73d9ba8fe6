"""Programs that read a feed from standard input and tell what they show of it."""
