"""Scheduled work: what jobs/jobs.yml declares, and `tickit job`, which runs it."""
