"""What the how-to about operation says is run, by the programs that it is for."""
