"""Widgets: each takes arrays and records and emits wishes. None knows a session or a trainer."""
