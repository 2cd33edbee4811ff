"""The small programs behind the Makefile."""
