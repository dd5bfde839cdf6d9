"""What each verb of the command line does; `console.cli` imports one when it is called."""
