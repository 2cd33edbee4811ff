"""Checks of how the project is written that no linter has: `tickit lint`."""
