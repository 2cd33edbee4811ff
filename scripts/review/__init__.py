"""The review of a change: what it does to models, contracts and data, as one Markdown report."""
