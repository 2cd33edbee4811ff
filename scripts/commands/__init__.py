"""The commands of `tickit`, a module for each workflow: their options and what is wrong with a value.

Each imports what does the work when it is called, so that `tickit --help` and a mistake in an option cost no second.
"""
