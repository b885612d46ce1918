"""A JupyterHub spawner over the shared schedulers and sites. Empty until the hub part is built."""
