"""The platforms' APIs on loopback, each as strict as its documentation says it is."""
