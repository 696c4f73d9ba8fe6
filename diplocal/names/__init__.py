"""From what people write to whom they mean: states, organisations, people and their offices."""
