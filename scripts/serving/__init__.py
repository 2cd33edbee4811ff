"""What a build publishes for the REST API: a catalogue, and copies of the public marts on each engine."""
