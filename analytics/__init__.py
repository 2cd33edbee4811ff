"""The methods behind the Python models: pure functions, one module a topic, tested by tests/python/analytics.

A model in models/predictions fetches its rows, calls one of these and returns the result. Heavy libraries are imported
inside the functions that use them, so that a run without Python models stays quick.
"""
