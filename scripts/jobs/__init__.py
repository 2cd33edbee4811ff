"""The jobs that a person or a scheduler starts: build everything, and say how it went."""
