"""The REST API on the marts: `tickit serve`. FastAPI is imported nowhere else."""
