"""Dask on blocks: the controller, its blocks, the agent on each node, and who may reach them."""
