"""A small outside world on loopback: a feed of alerts, a review site, a social network."""
