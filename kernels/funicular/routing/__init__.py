"""Ordinary code to the cluster: Dask collections, joblib, concurrent.futures and ``map``."""
