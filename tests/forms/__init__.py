"""A feed in its other forms, and the rules of those."""
