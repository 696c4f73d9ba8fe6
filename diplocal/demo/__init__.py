"""A log to play with: a news report of 18 September 2023 with what became of it, and visits to the United States."""
