"""The console on screen: Textual screens that draw what the desk answers."""
