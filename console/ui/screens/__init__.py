"""The console's screens and questions."""
