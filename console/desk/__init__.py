"""The desk: it polls, keeps the clocks, delivers the replies and answers the consoles."""
