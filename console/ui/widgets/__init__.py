"""The panes of the console: few and big, each draws what it is given."""
