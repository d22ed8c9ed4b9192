"""bpviz shows how a neural network learns."""
