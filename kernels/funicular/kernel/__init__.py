"""What makes an ipykernel a Funicular kernel: hooks, magics and the kernelspec."""
