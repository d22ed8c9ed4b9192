"""The worker thread, and the handle by which the window drives it. QtCore only."""
