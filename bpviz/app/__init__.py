"""The window, and the controller that joins the trainer to the views."""
