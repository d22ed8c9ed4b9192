"""One experiment: its settings, its course, and pictures of where it stands. No Qt, no threads."""
