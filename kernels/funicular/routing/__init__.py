"""From ordinary Python to the session's cluster: joblib, Dask collections, futures, map."""
