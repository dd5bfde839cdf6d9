"""The adapters against real servers, installed and started here; skipped where that cannot be."""
