"""Makes the raw zone of the lake: synthetic at any scale, or from AWS's seven original files."""
