"""The mood of a message: the shipped model, its process, and how it was made."""
