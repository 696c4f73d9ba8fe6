"""What an audience may not see changes no byte of what it gets, whatever door it asks at."""
